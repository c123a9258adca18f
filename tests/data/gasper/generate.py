#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the fork-choice vectors of this folder with the executable specification of Ethereum.

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install eth-consensus-specs==1.7.0a13 pytest rlp trie ckzg pycryptodome
    /tmp/venv/bin/python tests/data/gasper/generate.py official tests/data/gasper
    /tmp/venv/bin/python tests/data/gasper/generate.py random tests/data/gasper

The handlers of the specification (get_forkchoice_store, on_tick, on_block, on_attestation,
on_attester_slashing, get_proposer_head) are wrapped by a recorder.  `official` runs the package's own
fork-choice tests under it, `random` runs random worlds: late and withheld blocks, forks, equivocations,
unequal balances, votes that arrive late or only in blocks.  Nothing is computed here but by the
specification.  README.md in this folder describes the format.
"""

import functools
import importlib
import random
import sys
import time as clock

from eth_consensus_specs.test import context
from eth_consensus_specs.test.helpers.genesis import create_genesis_state
from eth_consensus_specs.test.helpers.block import build_empty_block
from eth_consensus_specs.test.helpers.fork_choice import get_genesis_forkchoice_store_and_block
from eth_consensus_specs.test.helpers.state import state_transition_and_sign_block
from eth_consensus_specs.utils import bls
from eth_consensus_specs.utils.kzg import load_trusted_setup
from remerkleable.complex import Container

N_WORLDS = 210
OFFICIAL = ["test_ex_ante", "test_withholding", "test_reorg", "test_get_proposer_head", "test_get_head",
            "test_on_block"]
HANDLERS = ["get_forkchoice_store", "on_tick", "on_block", "on_attestation", "on_attester_slashing",
            "get_proposer_head", "state_transition"]


class Unexpressible(Exception):
    """What the vectors cannot say: the scenario is left out and named."""


# Views of SSZ objects with plain values in place of those that get_weight reads over and over: the
# functions of the specification run on them unchanged, some fifty times faster.

class Delegate:
    def __init__(self, view):
        self.view = view

    def __getattr__(self, name):
        return getattr(self.view, name)

    def __eq__(self, other):
        return self.view == (other.view if isinstance(other, Delegate) else other)

    def copy(self):
        return self.view.copy()


class FastBlock(Delegate):
    def __init__(self, block):
        super().__init__(block)
        self.slot = block.slot
        self.parent_root = block.parent_root
        self.proposer_index = block.proposer_index


class FastValidator:
    def __init__(self, validator):
        self.effective_balance = validator.effective_balance
        self.slashed = bool(validator.slashed)
        self.activation_epoch = validator.activation_epoch
        self.exit_epoch = validator.exit_epoch
        self.pubkey = validator.pubkey


class FastValidators(list):
    def __init__(self, validators):
        super().__init__(FastValidator(v) for v in validators)
        self.root = validators.hash_tree_root()

    def hash_tree_root(self):
        return self.root


class FastState(Delegate):
    def __init__(self, state):
        super().__init__(state)
        self.validators = FastValidators(state.validators)


class FastDict(dict):
    def __init__(self, convert, items):
        super().__init__()
        self.convert = convert
        for key, value in items.items():
            self[key] = value

    def __setitem__(self, key, value):
        super().__setitem__(key, value if isinstance(value, Delegate) else self.convert(value))


def remember(spec):
    """Pure functions of a state, which the package computes again and again, are remembered."""

    def by(name, key):
        function = getattr(spec, name)
        if hasattr(function, "memory"):
            return
        memory = {}

        def wrapper(*args):
            k = key(*args)
            if k not in memory:
                memory[k] = function(*args)
            return memory[k]

        wrapper.memory = memory
        setattr(spec, name, wrapper)

    by("get_beacon_proposer_index", lambda state: (
        state.slot, state.validators.hash_tree_root(), state.randao_mixes.hash_tree_root()))
    by("get_unslashed_participating_indices", lambda state, flag, epoch: (
        state.slot, flag, epoch, state.validators.hash_tree_root(),
        state.previous_epoch_participation.hash_tree_root(),
        state.current_epoch_participation.hash_tree_root()))
    process_slots = spec.process_slots
    if hasattr(process_slots, "memory"):
        process_slots.memory.clear()
        return
    backings = {}

    def process_slots_once(state, slot):
        key = (state.hash_tree_root(), slot)
        if key in backings:
            state.set_backing(backings[key])
        else:
            process_slots(state, slot)
            backings[key] = state.get_backing()

    process_slots_once.memory = backings
    spec.process_slots = process_slots_once


class Recorder:
    """Turns calls of the handlers into lines of a scenario; roots stay bytes until they are ranked."""

    def __init__(self, spec, name):
        self.spec = spec
        self.name = name
        self.original = {}
        self.depth = 0
        self.forget()

    def forget(self):
        """A second store in one test begins anew."""
        self.lines = []
        self.roots = {b"\0" * 32}
        self.weights = {}
        self.fields = {}
        self.block_votes = {}
        self.numbers = {}  # votes are written once and then called by number
        self.last_block = None
        self.store = None
        self.pending = None  # kind of the event after which nothing was checked yet
        self.transition = False
        self.n_checks = 0

    def __enter__(self):
        for handler in HANDLERS:
            self.original[handler] = getattr(self.spec, handler)
            setattr(self.spec, handler, self.wrap(handler))
        return self

    def __exit__(self, *_):
        for handler, function in self.original.items():
            setattr(self.spec, handler, function)

    def wrap(self, handler):
        def wrapper(*args, **kw):
            if handler == "state_transition":
                self.transition = True
                result = self.original[handler](*args, **kw)
                self.transition = False
                return result
            if self.depth > 0:
                return self.original[handler](*args, **kw)
            self.depth += 1
            try:
                return getattr(self, handler)(*args, **kw)
            finally:
                self.depth -= 1

        return wrapper

    # What is written: numbers, roots (bytes), lists of validators.

    def root(self, root):
        root = bytes(root)
        self.roots.add(root)
        return root

    def line(self, *tokens):
        self.lines.append(tokens)

    def checkpoint(self, checkpoint):
        return int(checkpoint.epoch), self.root(checkpoint.root)

    def members(self, indices):
        return ",".join(str(int(i)) for i in sorted(indices)) or "-"

    def vote(self, data, indices):
        vote = (int(data.slot), self.root(data.beacon_block_root), *self.checkpoint(data.source),
                *self.checkpoint(data.target), self.members(indices))
        if vote not in self.numbers:
            self.numbers[vote] = len(self.numbers)
            self.line("vote", *vote)
        return self.numbers[vote]

    def gwei(self, amount):
        return f"{amount // 10**9}e9" if amount > 0 and amount % 10**9 == 0 else str(amount)

    def before(self, kind):
        if self.store is not None and self.pending is not None and kind != self.pending:
            self.check()

    def after(self, kind):
        self.pending = kind
        if kind in ("block", "slashing"):
            self.check()

    # Handlers.

    def get_forkchoice_store(self, anchor_state, anchor_block):
        spec = self.spec
        store = self.original["get_forkchoice_store"](anchor_state, anchor_block)
        if self.store is not None:
            self.forget()
        balances = [int(v.effective_balance) for v in anchor_state.validators]
        runs = []
        for balance in balances:
            if runs and runs[-1][1] == balance:
                runs[-1][0] += 1
            else:
                runs.append([1, balance])
        self.balances = balances
        slashed = [i for i, v in enumerate(anchor_state.validators) if v.slashed]
        flags = list(anchor_state.previous_epoch_participation)
        flags += list(anchor_state.current_epoch_participation)
        if any(int(f) & 2 for f in flags) and anchor_state.slot > 0:
            raise Unexpressible("anchor with participation")
        self.line("scenario", self.name, str(spec.fork), int(spec.SLOTS_PER_EPOCH),
                  int(spec.config.SLOT_DURATION_MS))
        self.line("validators", *(f"{n}*{self.gwei(balance)}" for n, balance in runs))
        self.line("anchor", self.root(next(iter(store.blocks))), int(anchor_state.slot),
                  *self.checkpoint(anchor_state.previous_justified_checkpoint),
                  *self.checkpoint(anchor_state.current_justified_checkpoint),
                  *self.checkpoint(anchor_state.finalized_checkpoint),
                  "".join("1" if b else "0" for b in anchor_state.justification_bits),
                  self.members(slashed))
        store.blocks = FastDict(FastBlock, store.blocks)
        store.checkpoint_states = FastDict(FastState, store.checkpoint_states)
        self.store = store
        self.pending = "anchor"
        return store

    def on_tick(self, store, time):
        self.before("tick")
        self.original["on_tick"](store, time)
        self.line("tick", int(time) - int(store.genesis_time))
        self.after("tick")

    def on_block(self, store, signed_block):
        self.before("block")
        spec, block = self.spec, signed_block.message
        root = spec.hash_tree_root(block)
        known = root in store.blocks
        head = ("block", self.root(root), self.root(block.parent_root), int(block.slot),
                int(block.proposer_index))
        self.transition = False
        try:
            self.original["on_block"](store, signed_block)
        except BaseException:
            self.line(*head, "invalid" if self.transition else "refused", "-", "-")
            self.after("block")
            raise
        votes, slashed = [], []
        if not known:
            state, parent = store.block_states[root], store.block_states[block.parent_root]
            self.block_votes[root] = []
            for attestation in block.body.attestations:
                indices = spec.get_attesting_indices(state, attestation)
                self.block_votes[root].append(attestation)
                votes.append(self.vote(attestation.data, indices))
            slashed = [i for i, (new, old) in enumerate(zip(state.validators, parent.validators))
                       if new.slashed and not old.slashed]
        self.line(*head, "known" if known else "accepted", ",".join(str(v) for v in votes) or "-",
                  self.members(slashed))
        self.last_block = root
        self.after("block")

    def on_attestation(self, store, attestation, is_from_block=False):
        self.before("attestation")
        spec = self.spec
        try:
            self.original["on_attestation"](store, attestation, is_from_block)
            outcome = "accepted"
        except BaseException:
            outcome = "refused"
            raise
        finally:
            votes = self.block_votes.get(self.last_block, [])
            if not is_from_block or not self.from_block(votes, attestation, outcome):
                state = store.checkpoint_states.get(attestation.data.target)
                indices = spec.get_attesting_indices(state, attestation) if state is not None else []
                vote = self.vote(attestation.data, indices)
                self.line("attestation", "block" if is_from_block else "wire", outcome, vote)
            self.after("attestation")

    def from_block(self, votes, attestation, outcome):
        """The votes of the block just received, in their order, share one line: a accepted, r refused."""
        last = self.lines[-1]
        root = self.root(self.last_block)
        done = last[2] if last[0] == "from-block" and last[1] == root else ""
        if len(done) >= len(votes) or votes[len(done)] != attestation:
            return False
        if done:
            self.lines.pop()
        self.line("from-block", root, done + outcome[0])
        return True

    def on_attester_slashing(self, store, slashing):
        self.before("slashing")
        try:
            self.original["on_attester_slashing"](store, slashing)
            outcome = "accepted"
        except BaseException:
            outcome = "refused"
            raise
        finally:
            one, two = slashing.attestation_1, slashing.attestation_2
            first = self.vote(one.data, one.attesting_indices)
            self.line("slashing", outcome, first, self.vote(two.data, two.attesting_indices))
            self.after("slashing")

    def get_proposer_head(self, store, head, slot):
        self.before("proposer-head")
        spec = self.spec
        head_root = head.root
        try:
            result = self.original["get_proposer_head"](store, head, slot)
        except AssertionError:
            return head
        block = store.blocks[head_root]
        state = store.block_states[head_root]
        committee = []
        if store.equivocating_indices:
            epoch = spec.compute_epoch_at_slot(block.slot)
            for index in range(spec.get_committee_count_per_slot(state, epoch)):
                committee += spec.get_beacon_committee(state, block.slot, spec.CommitteeIndex(index))
        self.line("proposer-head", self.root(head_root), int(slot), self.root(result.root),
                  self.members(committee))
        return result

    def check(self):
        """The store after an event: what changed since the last check."""
        spec, store = self.spec, self.store
        self.pending = None
        self.require_constant_balances()
        fields = {
            "head": (self.root(spec.get_head(store).root),),
            "boost": (self.root(store.proposer_boost_root),),
            "justified": self.checkpoint(store.justified_checkpoint),
            "finalized": self.checkpoint(store.finalized_checkpoint),
            "unrealized-justified": self.checkpoint(store.unrealized_justified_checkpoint),
            "unrealized-finalized": self.checkpoint(store.unrealized_finalized_checkpoint),
        }
        tokens = ["check"]
        for name, value in fields.items():
            if self.fields.get(name) != value:
                tokens += [name, *value]
        self.fields = fields
        first = store.blocks[store.justified_checkpoint.root].slot
        changed = []
        for root, block in store.blocks.items():
            if block.slot < first:
                continue
            weight = int(spec.get_weight(store, spec.ForkChoiceNode(root=root)))
            if weight != self.weights.get(bytes(root), 0):
                self.weights[bytes(root)] = weight
                changed += [bytes(root), self.gwei(weight)]
        if changed:
            tokens += ["weights", *changed]
        self.n_checks += 1
        if len(tokens) > 1:
            self.line(*tokens)

    def require_constant_balances(self):
        state = self.store.checkpoint_states[self.store.justified_checkpoint]
        epoch = self.spec.get_current_epoch(state)
        for validator, balance in zip(state.validators, self.balances, strict=True):
            if validator.effective_balance != balance:
                raise Unexpressible("effective balances change")
            if not validator.activation_epoch <= epoch < validator.exit_epoch:
                raise Unexpressible("validators enter or leave")

    def text(self):
        if self.pending is not None:
            self.check()
        rank = {root: i for i, root in enumerate(sorted(self.roots))}
        return "".join(" ".join(str(rank[t]) if isinstance(t, bytes) else str(t) for t in tokens) + "\n"
                       for tokens in self.lines)


def set_up(fork, preset):
    bls.bls_active = False
    context.DEFAULT_PYTEST_FORKS = {fork}
    context.DEFAULT_TEST_PRESET = preset
    spec = context.spec_targets[preset][fork]
    remember(spec)
    return spec


# The package's own tests.

def official(folder, only=None):
    out = []
    left_out = []
    for module_name in OFFICIAL:
        if only and module_name not in only:
            continue
        module = importlib.import_module(f"eth_consensus_specs.test.phase0.fork_choice.{module_name}")
        for name in [n for n in vars(module) if n.startswith("test_")]:
            for preset in ("minimal", "mainnet"):
                spec = set_up("electra", preset)
                started = clock.time()
                with Recorder(spec, f"{module_name[5:]}/{name[5:]}/{preset}") as recorder:
                    try:
                        getattr(module, name)()
                        why = None if recorder.store is not None else "no store"
                    except Unexpressible as e:
                        why = str(e)
                    except BaseException as e:  # pytest.skip is none of Exception
                        why = f"{type(e).__name__} {e}"[:120]
                if why is None:
                    out.append(recorder.text())
                    print(f"{recorder.name}: {recorder.n_checks} checks, {clock.time() - started:.0f} s",
                          flush=True)
                    break
                if recorder.store is not None or preset == "mainnet":
                    left_out.append(f"{recorder.name}: {why}")
                    break
    for line in left_out:
        print("left out", line)
    return out


# Random worlds.

class World:
    """Views of one store that hears of blocks and votes late, and the chain that others build."""

    def __init__(self, spec, recorder, seed):
        self.spec = spec
        self.recorder = recorder
        self.rng = random.Random(seed)
        rng = self.rng
        self.n = 64
        kinds = [[32], [32], [16, 24, 32], [32, 64, 256, 2048]]
        kind = rng.choice(kinds)
        balances = [rng.choice(kind) * 10**9 for _ in range(self.n)]
        self.genesis = create_genesis_state(spec, balances, spec.config.EJECTION_BALANCE)
        self.store, anchor = get_genesis_forkchoice_store_and_block(spec, self.genesis)
        self.genesis_root = spec.hash_tree_root(anchor)
        self.states = {self.genesis_root: self.genesis}
        self.slots = {self.genesis_root: 0}
        self.pool = []  # (attestation, who signed)
        self.blocks = []  # (time of arrival, block)
        self.votes = []  # (time of arrival, attestation)
        self.slashings = []
        self.participation = rng.choice([0.5, 0.8, 0.95, 1, 1])
        self.follow = rng.choice([0.6, 0.9, 0.97, 1])  # share that acts upon the store's head
        self.late = rng.choice([0.05, 0.3, 0.6])
        self.equivocate = rng.choice([0, 0, 0.05, 0.2])
        self.slot_seconds = int(spec.config.SLOT_DURATION_MS) // 1000

    def state_at(self, root, slot):
        state = self.states[root].copy()
        if state.slot < slot:
            self.spec.process_slots(state, slot)
        return state

    def pick(self, slot):
        """A block to build or vote upon."""
        roots = [r for r, s in self.slots.items() if s < slot]
        if self.rng.random() < self.follow:
            head = self.spec.get_head(self.store).root
            if self.slots[head] < slot:
                return head
        recent = sorted(roots, key=lambda r: (self.slots[r], r))[-6:]
        return self.rng.choice(recent)

    def propose(self, slot):
        spec, rng = self.spec, self.rng
        parent = self.pick(slot)
        state = self.state_at(parent, slot)
        block = build_empty_block(spec, state, slot=slot)
        block.body.graffiti = bytes(rng.randrange(256) for _ in range(32))
        pool = [a for a in self.pool if rng.random() < 0.9]
        for attestation in self.includable(state, pool):
            block.body.attestations.append(attestation)
        if self.slashings and rng.random() < 0.3:
            block.body.attester_slashings = [rng.choice(self.slashings)]
        try:
            state = self.states[parent].copy()
            signed = state_transition_and_sign_block(spec, state, block)
        except (AssertionError, IndexError):
            return
        root = spec.hash_tree_root(signed.message)
        self.states[root] = state
        self.slots[root] = slot
        delay = rng.randrange(0, 2) if rng.random() > self.late else rng.randrange(2, 4 * self.slot_seconds)
        self.blocks.append((slot * self.slot_seconds + delay, signed))

    def includable(self, state, pool):
        """Recent ones that process_attestation takes, at most as many as a block holds."""
        spec = self.spec
        state = state.copy()
        kept = []
        for attestation, signed in reversed(pool[-40:]):
            if len(kept) == spec.MAX_ATTESTATIONS_ELECTRA:
                break
            try:
                if spec.get_attesting_indices(state, attestation) != signed:
                    continue  # another branch, other committees: the signature would not fit
                spec.process_attestation(state, attestation)
                kept.append(attestation)
            except (AssertionError, IndexError):
                continue
        return kept

    def attest(self, slot):
        """Each committee votes in one to three parts, each for what its members see."""
        spec, rng = self.spec, self.rng
        for _ in range(rng.choice([1, 1, 2])):
            head = self.pick(slot + 1)
            state = self.state_at(head, slot)
            epoch = spec.compute_epoch_at_slot(slot)
            start = spec.compute_start_slot_at_epoch(epoch)
            target = head if self.slots[head] <= start else spec.get_block_root_at_slot(state, start)
            data = spec.AttestationData(
                slot=slot, index=0, beacon_block_root=head, source=state.current_justified_checkpoint,
                target=spec.Checkpoint(epoch=epoch, root=target))
            for index in range(spec.get_committee_count_per_slot(state, epoch)):
                committee = spec.get_beacon_committee(state, slot, spec.CommitteeIndex(index))
                bits = [self.votes_now(slot, int(v)) for v in committee]
                if any(bits):
                    attestation = self.attestation(data, index, bits)
                    self.publish(slot, attestation, spec.get_attesting_indices(state, attestation))

    def votes_now(self, slot, validator):
        key = (slot, validator)
        done = self.__dict__.setdefault("done", set())
        if key in done and self.rng.random() >= self.equivocate:
            return False
        if self.rng.random() >= self.participation:
            return False
        done.add(key)
        return True

    def attestation(self, data, index, bits):
        spec = self.spec
        attestation = spec.Attestation(data=data)
        attestation.aggregation_bits = bits
        attestation.committee_bits[index] = True
        return attestation

    def publish(self, slot, attestation, signed):
        rng = self.rng
        self.pool.append((attestation, signed))
        way = rng.random()
        if way < 0.15:
            return  # only inside blocks
        delay = rng.randrange(2, self.slot_seconds) if way < 0.8 else rng.randrange(3 * self.slot_seconds)
        self.votes.append((slot * self.slot_seconds + delay, attestation))

    def slash(self):
        """Evidence against those who voted twice for one target epoch."""
        spec, rng = self.spec, self.rng
        if len(self.pool) < 2 or rng.random() >= 2 * self.equivocate:
            return
        recent = self.pool[-16:]
        for one, first in recent:
            for two, second in recent:
                if not first & second or not spec.is_slashable_attestation_data(one.data, two.data):
                    continue
                slashing = spec.AttesterSlashing(attestation_1=self.indexed(one, first),
                                                 attestation_2=self.indexed(two, second))
                self.slashings.append(slashing)
                self.attempt(lambda: spec.on_attester_slashing(self.store, slashing))
                return

    def indexed(self, attestation, signed):
        return self.spec.IndexedAttestation(attesting_indices=sorted(signed), data=attestation.data)

    def attempt(self, handler):
        try:
            handler()
            return True
        except Unexpressible:
            raise
        except (AssertionError, KeyError):
            return False

    def deliver(self, now):
        spec = self.spec
        due = [b for t, b in self.blocks if t <= now]
        self.blocks = [(t, b) for t, b in self.blocks if t > now]
        for block in sorted(due, key=lambda b: b.message.slot):
            if self.attempt(lambda: spec.on_block(self.store, block)):
                for attestation in block.message.body.attestations:
                    self.attempt(lambda: spec.on_attestation(self.store, attestation, is_from_block=True))
                for slashing in block.message.body.attester_slashings:
                    self.attempt(lambda: spec.on_attester_slashing(self.store, slashing))
        due = [a for t, a in self.votes if t <= now]
        self.votes = [(t, a) for t, a in self.votes if t > now]
        for attestation in due:
            if self.attempt(lambda: spec.on_attestation(self.store, attestation)):
                continue
            if attestation.data.slot >= spec.get_current_slot(self.store):
                self.votes.append((now + 2, attestation))  # early: delayed
            elif attestation.data.beacon_block_root not in self.store.blocks and self.rng.random() < 0.5:
                self.votes.append((now + self.slot_seconds, attestation))

    def proposer_head(self, slot):
        spec = self.spec
        head = spec.get_head(self.store)
        if head.root != self.genesis_root:
            self.attempt(lambda: spec.get_proposer_head(self.store, head, spec.Slot(slot)))

    def run(self, n_slots):
        spec, rng = self.spec, self.rng
        for slot in range(0, n_slots):
            start = slot * self.slot_seconds
            if slot > 0:
                spec.on_tick(self.store, start)
                self.deliver(start)
                self.proposer_head(slot)
                for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
                    self.propose(slot)
            for second in sorted({0, 1, 2, rng.randrange(2, self.slot_seconds)}):
                if start + second > self.store.time:
                    spec.on_tick(self.store, start + second)
                self.deliver(start + second)
                if second == 2:
                    self.attest(slot)
                    self.slash()


def world(number):
    spec = set_up("electra", "minimal")
    with Recorder(spec, f"world/{number}") as recorder:
        try:
            rng = random.Random(1000003 * number)
            World(spec, recorder, number).run(rng.choice([10, 14, 24, 32, 40]))
            return recorder.text(), recorder.n_checks
        except Unexpressible as e:
            print("left out", recorder.name, e)
            return "", 0


def main():
    what, folder = sys.argv[1], sys.argv[2]
    load_trusted_setup()
    Container.fields = classmethod(functools.cache(Container.fields.__func__))
    if what == "official":
        texts = official(folder, sys.argv[3:])
        with open(f"{folder}/official.txt", "w", encoding="ascii") as file:
            file.write("".join(texts))
        print(len(texts), "scenarios")
        return
    first, last = (int(a) for a in sys.argv[3:5]) if len(sys.argv) > 4 else (0, N_WORLDS)
    name = "random.txt" if len(sys.argv) <= 4 else f"random-{first}.txt"
    with open(f"{folder}/{name}", "w", encoding="ascii") as file:
        for number in range(first, last):
            started = clock.time()
            text, n_checks = world(number)
            file.write(text)
            file.flush()
            print(f"world {number}: {n_checks} checks, {len(text)} bytes, {clock.time() - started:.1f} s",
                  flush=True)


if __name__ == "__main__":
    main()
