// SPDX-License-Identifier: Apache-2.0
//
// Compression passes, driven over a small model without training it.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "nac/cpp/rng.hpp"
#include "verify/check.hpp"
#include "verify/compress_object.hpp"

namespace nac::fw::verify {

namespace {

constexpr uint64_t kMostSteps = 2000;
constexpr uint32_t kMostEpochs = 1'000'000;

/// Drives a pass to its end, with a look at every step. A pass that does not end is finishes()'s to judge.
void drive(Subject &subject, const std::function<void(ProbeChain &)> &look) {
  ProbeChain chain(subject, subject.seed);
  while (!chain.finished() && chain.steps() < kMostSteps) {
    chain.advance();
    look(chain);
  }
  chain.pass().destroy();
  subject.deinit();
}

std::string after(const ProbeChain &chain) { return fmt::format("after step {}", chain.steps() - 1); }

void finishes(Subject &subject) {
  bool finished = false;
  drive(subject, [&](ProbeChain &chain) { finished = chain.finished(); });
  if (!finished) throw Failed(fmt::format("it does not say that it is finished within {} steps", kMostSteps));
}

void graph_checks(Subject &subject) {
  drive(subject, [](ProbeChain &chain) { check_whole(chain.edited(), after(chain)); });
}

void interface_kept(Subject &subject) {
  const Graph start = probe_model(subject.seed);
  const auto ends = [](const Graph &graph) {
    std::string text;
    for (const auto *list : {&graph.inputs(), &graph.outputs()}) {
      for (const ValueId id : *list) {
        const Value &v = graph.value(id);
        text += fmt::format("'{}' {} {}, ", v.name, name_of(v.dtype), text_of(v.shape));
      }
      text += list == &graph.inputs() ? "-> " : "";
    }
    return text.substr(0, text.size() - 2);
  };
  drive(subject, [&](ProbeChain &chain) {
    if (ends(chain.edited()) != ends(start))
      throw Failed(fmt::format("{} the model is {}; it was {}", after(chain), ends(chain.edited()), ends(start)));
  });
}

void budget_kept(Subject &subject) {
  drive(subject, [](ProbeChain &chain) {
    const nac_compress_step &a = chain.answer();
    const auto refuse = [&](const std::string &what) { throw Failed(after(chain) + " " + what); };
    if ((a.finished != 0 && a.finished != 1) || (a.undo != 0 && a.undo != 1))
      refuse(fmt::format("finished is {} and undo {}; both are 0 or 1", a.finished, a.undo));
    if (a.train_epochs > kMostEpochs)
      refuse(fmt::format("it wants {} epochs of training; the host accepts {}", a.train_epochs, kMostEpochs));
    if (a.finished == 1 && (a.train_epochs > 0 || a.undo == 1)) refuse("it is finished and wants more");
    if (a.undo == 1 && a.train_epochs > 0) refuse("it wants an undo and a training at once");
    if (a.undo == 1 && !chain.may_undo()) refuse("it wants an undo where there is nothing to undo");
    if (a.rewind < NAC_REWIND_LEARNING_RATE || a.rewind > NAC_REWIND_NONE)
      refuse(fmt::format("rewind is {}; 0 to 2 are known", a.rewind));
    if (!(a.teacher_share >= 0 && a.teacher_share <= 1))
      refuse(fmt::format("teacher_share is {}; it is in [0, 1]", a.teacher_share));
    if (a.teacher_share > 0 && !(a.temperature > 0 && std::isfinite(a.temperature)))
      refuse(fmt::format("temperature is {}; it is above 0", a.temperature));
  });
}

/// Advances both and compares what came of it.
void must_agree(ProbeChain &a, ProbeChain &b, const std::string &who) {
  a.advance();
  b.advance();
  const nac_compress_step &x = a.answer(), &y = b.answer();
  if (x.train_epochs != y.train_epochs || x.finished != y.finished || x.undo != y.undo || x.rewind != y.rewind ||
      x.teacher_share != y.teacher_share || x.temperature != y.temperature)
    throw Failed(fmt::format("{} wants something else in step {}: {} epochs, finished {}; the original {} and {}", who,
                             a.steps() - 1, y.train_epochs, y.finished, x.train_epochs, x.finished));
  if (signature_of(a.edited()) != signature_of(b.edited()))
    throw Failed(fmt::format("{} edits the model otherwise in step {}", who, a.steps() - 1));
}

void same_steps(Subject &subject) {
  ProbeChain a(subject, subject.seed), b(subject, subject.seed);
  while (!a.finished() && a.steps() < kMostSteps) must_agree(a, b, "a second object");
}

void resumes(Subject &subject, std::size_t piece) {
  for (const uint64_t cut : {0, 1, 2, 5}) {
    ProbeChain original(subject, subject.seed);
    while (original.steps() < cut && !original.finished()) original.advance();
    if (original.finished()) return;
    ProbeChain loaded(original, subject, piece);
    while (!original.finished() && original.steps() < kMostSteps)
      must_agree(original, loaded, fmt::format("a pass loaded after {} steps", cut));
  }
}
void resume_identical(Subject &subject) { resumes(subject, SIZE_MAX); }
void resume_in_pieces(Subject &subject) { resumes(subject, 7); }

void must_refuse(Subject &subject, const std::string &bytes, const std::string &what) {
  const ProbeObserver observer;
  CompressObject pass(subject, subject.seed, &observer);
  ErrorBox error;
  error.must_fail(pass.load(bytes, 4096, error.get()), fmt::format("load of {}", what));
  pass.destroy();
}

void foreign_states(Subject &subject) {
  must_refuse(subject, "", "no bytes at all");
  nac::rng random(nac::stream_key(subject.seed, 4));
  std::string bytes(1 << 20, '\0');
  for (char &byte : bytes) byte = static_cast<char>(random.bits());
  must_refuse(subject, bytes, "a megabyte of random bytes");
  ProbeChain chain(subject, subject.seed);
  chain.advance();
  const std::string state = chain.pass().save();
  if (state.empty()) throw Failed("save writes nothing");
  for (const std::size_t size : {state.size() / 2, state.size() - 1})
    must_refuse(subject, state.substr(0, size), fmt::format("the first {} of {} bytes of a state", size, state.size()));
  chain.pass().save_into_full_sink(state.size() - 1);
  chain.advance();
}

/// A host that cannot measure: the pass does without or says so.
void observer_missing(Subject &subject) {
  CompressObject pass(subject, subject.seed, nullptr);
  Graph model = probe_model(subject.seed);
  nac_compress_step answer{};
  ErrorBox error;
  const nac_status status = pass.step(model, {0.2}, 0, answer, error);
  if (status != NAC_OK) error.must_fail(status, "step without an observer");
  if (status == NAC_OK) check_whole(model, "after a step without an observer");
  pass.destroy();
}

}  // namespace

std::vector<Check> compress_checks() {
  return {
      {"compress", "finishes", "table-size-covers-required", Scope::compress, finishes,
       "a pass comes to its end by itself"},
      {"compress", "graph-checks-after-each-step", "finishes", Scope::compress, graph_checks,
       "every step leaves a model that passes check(), with finite data"},
      {"compress", "interface-kept", "graph-checks-after-each-step", Scope::compress, interface_kept,
       "inputs and outputs keep names, types and shapes"},
      {"compress", "budget-kept", "finishes", Scope::compress, budget_kept,
       "what a step wants of the host is in range and without contradiction"},
      {"compress", "same-seed-same-steps", "graph-checks-after-each-step", Scope::compress, same_steps,
       "equal seeds and models give equal steps"},
      {"compress", "resume-identical", "same-seed-same-steps", Scope::compress, resume_identical,
       "a loaded pass does what the saved one would have done"},
      {"compress", "resume-in-7-byte-pieces", "resume-identical", Scope::compress, resume_in_pieces,
       "load copes with a source that gives 7 bytes at a time"},
      {"compress", "foreign-states-refused", "finishes", Scope::compress, foreign_states,
       "load refuses what save never wrote, and save reports a full sink"},
      {"compress", "observer-missing", "finishes", Scope::compress, observer_missing,
       "a host that cannot measure is coped with or refused with a message"},
  };
}

}  // namespace nac::fw::verify
