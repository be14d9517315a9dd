// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/local/stage.hpp"
#include "pipeline/workers.hpp"

namespace nac::fw {

/// The recipes of one network. The calling thread asks and tells, in the order of the numbers; the workers train.
class TuneNetwork {
 public:
  struct Parts {
    const LocalInputs &in;
    const LocalContext &context;
    const Space &space;
    StageProgress &progress;
  };
  TuneNetwork(const Parts &parts, uint64_t trial, uint64_t budget);
  ~TuneNetwork();
  /// False: interrupted.
  bool run();

 private:
  using Row = Study::TuneRow;
  bool stopping() const { return parts_.in.interrupts.load() > 0 || workers_.failure() != nullptr; }
  bool ask_next();
  bool tell_next();
  void train(const Row &row, const Point &point);
  Row measured(const Row &row, const Point &point, const LocalResult &trained) const;
  bool wait_finished(uint64_t number);
  void keep_best(Row &row);
  void finish(const Row &row);

  const Parts parts_;
  const TuneStage &stage_;
  const uint64_t trial_, budget_;
  Graph network_;  ///< without data
  std::unique_ptr<SearchPort> search_;
  std::vector<Point> points_;
  uint64_t told_ = 0;
  std::optional<Row> best_;
  bool exhausted_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, Row> rows_;
  Workers workers_;  ///< last: its threads use everything above
};

}  // namespace nac::fw
