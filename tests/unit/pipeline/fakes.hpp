// SPDX-License-Identifier: Apache-2.0
//
// A task, a search and an engine whose results depend on everything that they are given and on nothing else, so that
// any difference in seeds, order or data shows in a study. Only their pace is random.
#pragma once
#include <atomic>
#include <functional>
#include <set>

#include "manifest/experiment.hpp"
#include "pipeline/observer.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/run.hpp"

namespace fakes {

/// Small dense networks; one dimension of the space changes nothing (repetitions) and one corner cannot be built.
class Task final : public nac::fw::TaskPort {
 public:
  /// `variants` multiplies the number of different networks, at most 256.
  explicit Task(bool augments = true, int64_t variants = 1);
  std::string id() const override { return "fake.task"; }
  const nac::fw::TaskInfo &info() const override { return info_; }
  const nac::fw::Space &space() const override { return space_; }
  nac::fw::Graph build(const nac::fw::Point &point) const override;
  nac::fw::Graph build_preset(const std::string &name) const override;
  nac::fw::TaskProxy::WithLoss with_loss(const nac::fw::Graph &model) const override;
  nac::fw::Samples read_all(const std::string &split, uint64_t stream) const override;
  std::vector<double> metrics(const std::string &split, const std::vector<nac::fw::Tensor> &predictions,
                              const std::vector<nac::fw::Tensor> &targets) const override;
  std::string describe() const override { return "made <up> & \"escaped\""; }
  std::string fingerprint() const override { return data_version; }
  std::map<std::string, nac::fw::ConfigValue> fitted() const override { return {{"scale", 2.5}}; }

  std::string data_version = "data 1";
  std::string broken_split;  ///< reading it throws
  bool build_fails = false;
  mutable std::atomic<int> reads{0}, test_reads{0};

 private:
  nac::fw::TaskInfo info_;
  nac::fw::Space space_;
};

/// Its points depend on every tell so far; now and then it wants a tell first.
class Search final : public nac::fw::SearchPort {
 public:
  Search(const nac::fw::Space &space, const nac::fw::SearchProxy::Setup &setup, uint64_t exhausted_after = 1u << 30);
  nac::fw::AskOutcome ask(uint64_t trial, nac::fw::Point &point) override;
  void tell(uint64_t trial, nac_status status, const nac::fw::Point &point,
            const std::vector<double> &minimized) override;

 private:
  const nac::fw::Space &space_;
  uint64_t state_, exhausted_after_, told_ = 0, warm_ = 0, refused_at_ = ~uint64_t{0};
  nac::fw::SearchProxy::Setup setup_;
};

class Engine final : public nac::fw::Engine {
 public:
  explicit Engine(int max_delay_us = 0) : max_delay_us_(max_delay_us) {}
  nac::fw::EngineInfo info() const override { return {"fake", "1", "no BLAS", false, {"cpu"}}; }
  nac::fw::TrainResult train(const nac::fw::TrainJob &job) override;
  std::vector<nac::fw::Tensor> forward(const nac::fw::Graph &graph, const std::vector<nac::fw::Tensor> &inputs,
                                       int batch_size, const std::string &device) override;
  std::map<std::string, nac::fw::Tensor> gradients(const nac::fw::Graph &, nac::fw::ValueId, const nac::fw::Samples &,
                                                   double *) override {
    throw nac::fw::Error("not in the fake");
  }

  std::atomic<int> trainings{0}, epochs{0}, at_once{0}, most_at_once{0};
  bool every_training_fails = false;
  std::function<void(int training, int epoch)> on_epoch;  ///< before the job's own
  bool (*ends_after)(uint64_t key, int epoch) = nullptr;  ///< as patience would

 private:
  int max_delay_us_;
};

nac::fw::Experiment experiment(const std::filesystem::path &study, uint64_t trials);
/// The same with 9 epochs, rungs at 1 and 3, two seeds a trial, and three for each member of the front.
nac::fw::Experiment staged_experiment(const std::filesystem::path &study, uint64_t trials);

/// run_experiment with the fakes above.
nac::fw::RunOutcome run(const nac::fw::Experiment &experiment, const Task &task, Engine &engine, nac::fw::Study &study,
                        nac::fw::Observer &observer, const std::atomic<int> &interrupts,
                        uint64_t exhausted_after = 1u << 30);

/// Everything that must not depend on timing, as text, one line a trial, the tells last.
std::string results_of(const nac::fw::Study &study);

}  // namespace fakes
