#!/bin/sh
# Worlds in which something learns: the same bytes whatever the threads, and what is refused.

# shellcheck disable=SC2016 # sh -c has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

learner=logistic
if "$PNYX" --version | grep -q 'XGBoost [0-9]'; then
  learner=boosted
fi

world () # LEARNER: a filter and a forecast that are trained in the run
{
  controller='<controller kind="rule" interval="5 min"/>'
  [ "$1" = boosted ] && controller='<controller kind="forecast" interval="5 min" training="30 min"/>'
  scenario "<run duration='40 min' warmup='10 min' replicates='2'/>
    <sweep><axis path='colluding/@bias' name='bias' values='0.01, 0.05'/></sweep>
    <network nodes='20'><topology degree='4'/></network>
    <chain id='main' kind='nakamoto'><nakamoto interval='exponential(12 s)'/></chain>
    <oracle id='price'><ocr-median heartbeat='2 min'/><feed kind='gbm' start='100'/>
      <reporters count='12'/><reporters kind='colluding' count='4'><colluding bias='0.05'/></reporters>
      <filter kind='$1' past-interval='1 s' train-rounds='40' validation-rounds='40' test-rounds='40'/>
    </oracle>
    <contract id='loans' kind='lending' oracle='price'><lending>
      <borrowers count='50' open-every='1 min'/>$controller</lending></contract>"
}

same () # A B
{
  cmp "$1/runs.csv" "$2/runs.csv" && cmp "$1/summary.csv" "$2/summary.csv" && diff -r "$1/series" "$2/series" \
    && diff -r "$1/distributions" "$2/distributions"
}

world $learner > x.xml
ends "one thread ($learner)" 0 sweep x.xml --threads 1 --out one
ends "two threads" 0 sweep x.xml --threads 2 --out two
check "the same bytes" same one two
check "and it has learnt" sh -c 'awk -F, "\$4 == \"ai.energy_training\" && \$6 > 0" one/summary.csv | grep -q .'
check "the manifest names the library" sh -c "[ $learner = logistic ] || grep -qi xgboost one/manifest.json"
sed 's/bias="0.05"/bias="0.04"/; s/values=.0.01, 0.05./values="0.011, 0.05"/' x.xml > y.xml
pnyx sweep y.xml --threads 2 --out other
check "another attack, other bytes" sh -c '! cmp -s one/runs.csv other/runs.csv'

tap_end
