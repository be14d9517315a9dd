// SPDX-License-Identifier: Apache-2.0
//
// The life of a library: init, counted; objects; deinit. See sdk/docs/lifecycle.md.
#include <fmt/format.h>

#include "services/utf8.hpp"
#include "verify/check.hpp"
#include "verify/process_state.hpp"

namespace nac::fw::verify {

namespace {
/// Objects that could be made in the ordinary state have to be made in this one, too.
void make_again(Subject &subject, const std::vector<std::string> &ids, const std::string &when) {
  for (const std::string &id : ids) {
    subject.id = id;
    try {
      Subject::destroy(subject.create());
    } catch (const Failed &e) {
      throw Failed(fmt::format("{}, '{}' cannot be made any more: {}", when, id, e.what()));
    }
  }
}

void create_destroy(Subject &subject) {
  subject.open();
  subject.use_every_object();
  subject.deinit();
}

void init_deinit_pairs(Subject &subject) {
  subject.open();
  subject.deinit();
}

void init_keeps_fp_mode(Subject &subject) {
  subject.load();
  const std::string before = ProcessState::now().fp_mode;
  subject.init();
  const std::string after = ProcessState::now().fp_mode;
  if (after != before) throw Failed(fmt::format("init changes the floating point mode from {} to {}", before, after));
}

void init_keeps_process(Subject &subject) {
  subject.load();
  const ProcessState before = ProcessState::now();
  subject.init();
  subject.deinit();
  const std::vector<std::string> changes = differences(before, ProcessState::now());
  if (!changes.empty()) throw Failed(fmt::format("init and deinit: {}", fmt::join(changes, "; ")));
}

void init_twice(Subject &subject) {
  subject.open();
  const std::vector<std::string> ids = subject.use_every_object();
  subject.init();
  subject.deinit();
  make_again(subject, ids, "after two inits and one deinit");
  subject.deinit();
}

void reinit(Subject &subject) {
  subject.open();
  const std::vector<std::string> ids = subject.use_every_object();
  subject.deinit();
  subject.init();
  make_again(subject, ids, "after init, deinit and init");
  subject.deinit();
}

void stdout_untouched(Subject &subject) {
  subject.load();  // static-init-silent is about that
  const OutputWatch out(1);
  subject.init();
  subject.use_every_object();
  subject.deinit();
  if (const std::string text = out.text(); !text.empty())
    throw Failed(fmt::format("it writes to standard output: {}", printable(text)));
}

void no_threads_after_deinit(Subject &subject) {
  const std::size_t before = ProcessState::now().threads;
  subject.open();
  subject.use_every_object();
  subject.deinit();
  const std::size_t after = threads_settled(before);
  if (after > before) throw Failed(fmt::format("{} thread(s) still run after the last deinit", after - before));
}

void ends_cleanly(Subject &subject) {
  // The verdict is the parent's: whether the process then ends by itself, through exit handlers and destructors.
  subject.open();
  subject.use_every_object();
  subject.deinit();
}
}  // namespace

std::vector<Check> life_checks() {
  return {
      {"library", "init-deinit-pairs", "descriptors-readable", Scope::file, init_deinit_pairs,
       "init succeeds, deinit returns"},
      {"library", "init-keeps-fp-mode", "init-deinit-pairs", Scope::file, init_keeps_fp_mode,
       "init leaves rounding and denormals as they were"},
      {"library", "init-keeps-locale-cwd-signals-fds", "init-deinit-pairs", Scope::file, init_keeps_process,
       "init and deinit leave locale, current folder, umask, signal handlers and open files as they were"},
      {"library", "create-destroy", "objects-usable", Scope::file, create_destroy,
       "objects can be made and ended (or refused) between init and deinit"},
      {"library", "init-twice", "create-destroy", Scope::file, init_twice,
       "init and deinit are counted: after two inits and one deinit objects can be made"},
      {"library", "reinit", "create-destroy", Scope::file, reinit, "after the last deinit it can be initialized again"},
      {"library", "stdout-untouched", "create-destroy", Scope::file, stdout_untouched,
       "nothing is written to standard output"},
      {"library", "no-threads-after-deinit", "create-destroy", Scope::file, no_threads_after_deinit,
       "no thread is left after the last deinit"},
      {"library", "ends-cleanly", "create-destroy", Scope::file, ends_cleanly,
       "the program can end with the library loaded"},
  };
}

}  // namespace nac::fw::verify
