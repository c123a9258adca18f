# SPDX-License-Identifier: GPL-3.0-or-later
# Rscript example.R FOLDER [METRIC]: a metric over the first axis of a sweep, with its 95 % interval.
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
metric <- if (length(arguments) > 1) arguments[2] else "blocks.proposed"

# check.names = FALSE: axes are called "adversary/@share"
summary <- read.csv(file.path(folder, "summary.csv"), check.names = FALSE, encoding = "UTF-8")
axes <- names(summary)[seq(2, length.out = match("scope", names(summary)) - 2)]
chosen <- summary[summary$metric == metric, ]
if (nrow(chosen) == 0) stop(folder, "/summary.csv has no metric ", metric)
print(chosen[, c("point", axes, "scope", "mean", "ci95_low", "ci95_high")], row.names = FALSE)

# The same from the runs: mean and Student's interval of each point.
runs <- read.csv(file.path(folder, "runs.csv"), check.names = FALSE, encoding = "UTF-8")
scope <- chosen$scope[1]
column <- if (is.na(scope) || scope == "") metric else paste(scope, metric, sep = ":")
for (point in unique(runs$point)) {
  values <- na.omit(runs[[column]][runs$point == point])
  half <- if (length(values) > 1) qt(0.975, length(values) - 1) * sd(values) / sqrt(length(values)) else NA
  cat(sprintf("runs: point %d: mean %.15g +- %.3g of %d runs\n", point, mean(values), half, length(values)))
}

# The store of record, where DBI and RSQLite are installed.
if (requireNamespace("RSQLite", quietly = TRUE)) {
  database <- DBI::dbConnect(RSQLite::SQLite(), file.path(folder, "results.db"), flags = RSQLite::SQLITE_RO)
  print(DBI::dbGetQuery(database,
    "SELECT point, count(*) AS n, avg(value) AS mean FROM scalar WHERE metric = ? GROUP BY point, scope",
    params = list(metric)))
  DBI::dbDisconnect(database)
}

# A picture, where the axis is a number; of the other axes the first values.
if (length(axes) > 0 && is.numeric(chosen[[axes[1]]])) {
  pdf("example-r.pdf", width = 84 / 25.4, height = 64 / 25.4, pointsize = 8)
  par(mar = c(4, 4, 1, 1))
  one <- rep(TRUE, nrow(chosen))
  for (axis in axes[-1]) one <- one & chosen[[axis]] == chosen[[axis]][1]
  part <- chosen[one, ]
  x <- part[[axes[1]]]
  plot(x, part$mean, pch = 19, xlab = axes[1], ylab = metric,
       ylim = range(part$ci95_low, part$ci95_high, part$mean, na.rm = TRUE))
  arrows(x, part$ci95_low, x, part$ci95_high, angle = 90, code = 3, length = 0.02)
  invisible(dev.off())
}
