// SPDX-License-Identifier: Apache-2.0
#include "pipeline/confirm.hpp"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include "pipeline/searched_parameters.hpp"
#include "pipeline/trainings.hpp"
#include "pipeline/workers.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

struct Job {
  Trial trial;
  int repeat = 0;
};

/// The rounds of a confirmation. A round's front depends on the results of earlier rounds alone, not on which of its
/// own trainings are done already: so that a resumed study takes the rounds that it would have taken uninterrupted.
class Rounds {
 public:
  Rounds(const Study &study, int search_results, int results)
      : study_(study), trials_(study.trials()), search_results_(search_results), results_(results) {}

  /// Trainings that the present round lacks; empty: the front is confirmed.
  std::vector<Job> next() {
    for (;;) {
      const std::vector<Study::ResultRow> rows = study_.results();
      members_ = front_of(summarize(study_, counted(rows)).trials);
      std::vector<Job> jobs = missing(rows);
      if (!jobs.empty()) return jobs;
      const std::size_t before = confirmed_.size();
      confirmed_.insert(members_.begin(), members_.end());
      if (all_count_) return {};
      // The last rounds take in what other rounds left, those of a confirmation with fewer seeds for one.
      all_count_ = confirmed_.size() == before;
    }
  }
  std::size_t members() const { return members_.size(); }

 private:
  std::vector<Study::ResultRow> counted(std::vector<Study::ResultRow> rows) const {
    if (!all_count_)
      std::erase_if(rows, [this](const Study::ResultRow &row) {
        // The search trains only those with all its seeds that no rung stopped.
        const int searched = trials_.at(row.trial).state == TrialState::stopped ? 1 : search_results_;
        return row.repeat >= searched && confirmed_.count(row.trial) == 0;
      });
    return rows;
  }
  std::vector<Job> missing(const std::vector<Study::ResultRow> &rows) const {
    std::set<std::pair<uint64_t, int>> there;
    for (const Study::ResultRow &row : rows) there.emplace(row.trial, row.repeat);
    std::vector<Job> jobs;
    for (const uint64_t number : members_) {
      // Without rows the trial itself is its first result.
      for (int repeat = 1; repeat < results_; ++repeat)
        if (there.count({number, repeat}) == 0) jobs.push_back({trials_.at(number), repeat});
    }
    return jobs;
  }

  const Study &study_;
  const std::vector<Trial> trials_;  ///< by number; a confirmation changes none
  int search_results_, results_;
  bool all_count_ = false;
  std::vector<uint64_t> members_;
  std::set<uint64_t> confirmed_;
};

class Confirmation {
 public:
  explicit Confirmation(const SearchInputs &in)
      : in_(in),
        splits_(in.task),
        context_(train_context(in, splits_)),
        workers_(worker_count(in.experiment.search->parallel)) {}

  ConfirmEnd run(int results) {
    ConfirmEnd end;
    Rounds rounds(in_.study, in_.experiment.search->repeats, results);
    for (std::vector<Job> jobs; !(jobs = rounds.next()).empty();) {
      status_.planned += jobs.size();
      for (Job &job : jobs)
        workers_.submit([this, job = std::move(job)] {
          if (in_.interrupts.load() == 0) train(job);
        });
      workers_.wait_idle();
      if (const std::exception_ptr failure = workers_.failure()) std::rethrow_exception(failure);
      if (in_.interrupts.load() > 0) break;
    }
    end.interrupted = in_.interrupts.load() > 0;
    end.trainings = status_.finished;
    end.members = rounds.members();
    return end;
  }

 private:
  Graph build(const Trial &trial) const {
    Graph graph = trial.preset.empty() ? in_.task.build(Point::from_json(in_.task.space(), trial.point))
                                       : in_.task.build_preset(trial.preset);
    if (candidate_hash(graph, *in_.experiment.search, trial.point) != trial.hash)
      throw Error(fmt::format("the task builds another network for trial {} than when it was searched", trial.number),
                  NAC_FAILED_PRECONDITION);
    return graph;
  }

  void train(const Job &job) {
    TrainPart part;
    part.repeat = job.repeat;
    if (job.trial.state == TrialState::stopped) part.pause_after = static_cast<int>(job.trial.metrics.at("epochs"));
    Trial trial = job.trial;
    trial.metrics.erase("seconds");
    const TrialWatch watch{[&](const Epoch &epoch) {
                             const std::lock_guard lock(mutex_);
                             in_.observer.epoch(job.trial.number, epoch);
                             return workers_.failure() == nullptr;
                           },
                           [&] { return in_.interrupts.load() > 1; }};
    const TrainedTrial trained = train_trial(context_, std::move(trial), build(job.trial), part, watch);
    if (trained.abandoned) return;
    const bool failed = trained.trial.state == TrialState::failed || trained.trial.state == TrialState::infeasible;
    Study::ResultRow row{job.trial.number, job.repeat, failed ? trained.trial.reason : "", {}, {}};
    if (!failed) {
      row.metrics = trained.trial.metrics;
      row.model = in_.study.store_artifact(trained.onnx);
    }
    in_.study.add_result(row);
    const std::lock_guard lock(mutex_);
    ++status_.finished;
    ++(failed ? status_.failed : status_.complete);
    in_.observer.trial_finished(trained.trial, status_);
  }

  const SearchInputs &in_;
  SharedSplits splits_;
  const TrainContext context_;
  std::mutex mutex_;  ///< of the status and the observer
  SearchStatus status_;
  Workers workers_;  ///< last: its threads use everything above
};

}  // namespace

ConfirmEnd confirm_front(const SearchInputs &in, int results) { return Confirmation(in).run(results); }

}  // namespace nac::fw
