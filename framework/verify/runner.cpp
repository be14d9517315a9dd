// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <map>
#include <regex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "nac/backend.h"
#include "nac/compress.h"
#include "nac/search.h"
#include "nac/task.h"
#include "verify/run_check.hpp"
#include "verify/verify.hpp"

namespace nac::fw {

using verify::Check;
using verify::Outcome;
using verify::Verdict;

namespace {

/// Which checks the user wants.
class Selection {
 public:
  explicit Selection(const VerifyOptions &options)
      : only_(compile("--only", options.only)), skip_(compile("--skip", options.skip)), skips_(!options.skip.empty()) {}
  bool wants(const Check &check) const {
    const std::string name = std::string(check.group) + "/" + check.name;
    return std::regex_search(name, only_) && !(skips_ && std::regex_search(name, skip_));
  }

 private:
  static std::regex compile(const std::string &option, const std::string &text) {
    try {
      return std::regex(text);
    } catch (const std::regex_error &e) {
      throw UsageError(fmt::format("{} '{}' is not a regular expression: {}", option, text, e.what()));
    }
  }
  std::regex only_, skip_;
  bool skips_;
};

/// The checks of one file. They run in waves: a check starts when the one it needs has ended.
class FileRun {
 public:
  FileRun(const VerifyOptions &options, const Selection &selection, std::filesystem::path file)
      : options_(options), selection_(selection), file_(std::move(file)) {}

  std::vector<VerifyResult> run() {
    add(verify::Scope::file, "");
    work();
    // The list of objects is needed whether or not its check was selected.
    const auto list = std::find_if(entries_.begin(), entries_.end(), [](const Entry &entry) {
      return std::string_view(entry.check->name) == "descriptors-readable";
    });
    const std::vector<verify::ObjectName> objects =
        list == entries_.end() ? std::vector<verify::ObjectName>{} : list->outcome.objects;
    for (const verify::ObjectName &object : objects) {
      found_ids_.insert(object.id);
      if (!options_.id.empty() && options_.id != object.id) continue;
      add(verify::Scope::object, object.id);
      if (object.kind == NAC_KIND_TASK) add(verify::Scope::task, object.id);
      if (object.kind == NAC_KIND_SEARCH) add(verify::Scope::search, object.id);
      if (object.kind == NAC_KIND_COMPRESS) add(verify::Scope::compress, object.id);
      if (object.kind == NAC_KIND_BACKEND) add(verify::Scope::backend, object.id);
    }
    work();
    std::vector<VerifyResult> results;
    for (Entry &entry : entries_)
      if (entry.wanted)
        results.push_back({file_, entry.id, entry.check->group, entry.check->name, std::move(entry.outcome)});
    return results;
  }
  const std::set<std::string> &found_ids() const { return found_ids_; }

 private:
  struct Entry {
    const Check *check;
    std::string id;
    bool wanted, done = false;
    Outcome outcome;
  };

  void add(verify::Scope scope, const std::string &id) {
    for (const Check &check : verify::all_checks())
      if (check.scope == scope) entries_.push_back({&check, id, selection_.wants(check), false, {}});
  }

  /// The entry of the check that `entry` needs: of the same object, or of the whole file. Null: nothing needed.
  const Entry *needed(const Entry &entry) const {
    if (entry.check->needs[0] == '\0') return nullptr;
    for (const Entry &other : entries_)
      if (std::string_view(other.check->name) == entry.check->needs && (other.id.empty() || other.id == entry.id))
        return &other;
    throw Error(fmt::format("the check {} needs {}, which does not exist", entry.check->name, entry.check->needs));
  }

  void work() {
    for (;;) {
      std::vector<Entry *> wave;
      for (Entry &entry : entries_) {
        const Entry *need = needed(entry);
        if (entry.done || (need != nullptr && !need->done)) continue;
        if (need != nullptr && (verify::is_bad(need->outcome.verdict) || blocked_.count(need) > 0)) {
          entry.outcome = {Verdict::skip, fmt::format("needs {}", need->check->name), 0, "", {}};
          blocked_.insert(&entry);
          entry.done = true;
        } else {
          wave.push_back(&entry);
        }
      }
      if (wave.empty() && std::all_of(entries_.begin(), entries_.end(), [](const Entry &e) { return e.done; })) return;
      run_wave(wave);
    }
  }

  /// Unwanted checks run only when a wanted one, or the list of objects, depends on them.
  bool necessary(const Entry &entry) const {
    if (entry.wanted || std::string_view(entry.check->name) == "descriptors-readable") return true;
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry &other) {
      return std::string_view(other.check->needs) == entry.check->name && (entry.id.empty() || entry.id == other.id) &&
             necessary(other);
    });
  }

  void run_wave(const std::vector<Entry *> &wave) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const unsigned jobs = options_.in_process ? 1 : options_.jobs != 0 ? options_.jobs : std::min(4u, cores);
    std::atomic<std::size_t> next{0};
    std::vector<std::exception_ptr> problems(jobs);
    const auto work = [&](unsigned worker) {
      try {
        for (std::size_t i = next++; i < wave.size(); i = next++) {
          Entry &entry = *wave[i];
          const verify::Job job{file_, entry.id, options_.seed, options_.parameters};
          if (necessary(entry))
            entry.outcome = options_.in_process ? verify::run_check(*entry.check, job)
                                                : verify::run_check_in_child(*entry.check, job, options_.deadline_s);
        }
      } catch (...) {
        problems[worker] = std::current_exception();
      }
    };
    std::vector<std::thread> threads;
    for (unsigned worker = 1; worker < jobs; ++worker) threads.emplace_back(work, worker);
    work(0);
    for (std::thread &thread : threads) thread.join();
    for (const std::exception_ptr &problem : problems)
      if (problem) std::rethrow_exception(problem);
    for (Entry *entry : wave) entry->done = true;
  }

  const VerifyOptions &options_;
  const Selection &selection_;
  std::filesystem::path file_;
  std::deque<Entry> entries_;  // stable addresses
  std::set<const Entry *> blocked_;
  std::set<std::string> found_ids_;
};

}  // namespace

std::vector<VerifyResult> verify_run(const VerifyOptions &options) {
  const Selection selection(options);
  for (const std::string &word : options.parameters) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw UsageError(fmt::format("the parameter '{}' is not of the form key=value", word));
    Config::parse(word.substr(equals + 1));
  }
  if (!(options.deadline_s > 0)) throw UsageError("the deadline of a check must be above 0 seconds");
  std::vector<VerifyResult> results;
  std::set<std::string> ids;
  for (const std::filesystem::path &file : options.files) {
    if (!std::filesystem::exists(file)) throw UsageError(fmt::format("no such file: {}", file.string()));
    FileRun run(options, selection, std::filesystem::absolute(file));
    const std::vector<VerifyResult> part = run.run();
    results.insert(results.end(), part.begin(), part.end());
    ids.insert(run.found_ids().begin(), run.found_ids().end());
  }
  if (!options.id.empty() && ids.count(options.id) == 0 && !ids.empty())
    throw UsageError(fmt::format("no object '{}' there; found: {}", options.id, fmt::join(ids, ", ")));
  return results;
}

}  // namespace nac::fw
