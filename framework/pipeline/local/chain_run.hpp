// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/local/chains.hpp"
#include "pipeline/local/stage.hpp"
#include "pipeline/local/unit_training.hpp"

namespace nac::fw {

/// A network that chains start from.
struct BaseNetwork {
  uint64_t trial = 0;
  Graph graph;
  std::string model;            ///< its artifact
  std::vector<double> metrics;  ///< of the task, on validation
  Recipe recipe;                ///< of the trainings on it
  std::unique_ptr<Teacher> teacher;
};

/// One chain on one network. Its units (a step of a pass, the training that it asks for, the measurement) are committed
/// one by one; everything that the next one needs comes out of the study, whether it is the same process that goes on
/// or another. A unit's row is written when the pass has judged it in its next step, so that the row says for good
/// whether it counts.
class ChainRun {
 public:
  struct Parts {
    const LocalInputs &in;
    const LocalContext &context;
    const ModelObserver &observer;
    StageProgress &progress;
    std::function<bool()> stopping;    ///< between units
    std::function<bool()> giving_up;   ///< within a training
    std::function<void()> first_unit;  ///< is in the study
  };
  /// `warm`: the model whose weights it starts from; "" for the network's own. `rows`: those of this chain.
  ChainRun(const Parts &parts, const BaseNetwork &base, const Chain &chain, const std::string &warm,
           std::vector<Study::CompressRow> rows);
  /// False: interrupted.
  bool run();

 private:
  using Row = Study::CompressRow;
  struct Model {
    Graph graph;
    std::string artifact;
    std::vector<double> metrics;
  };
  struct Next {
    enum class Kind { unit, undo, end } kind = Kind::end;
    Graph model;
    UnitState unit;
  };
  struct Done {
    bool abandoned = false;
    std::string failure;
    Row row;
    Model model;
    UnitState unit;
  };
  void restore();
  void start();
  void make_pass();
  Next advance();
  Next judge(Done &done, std::string &failure);
  Done perform(const Next &next);
  void train(const Next &next, Done &done, Graph &trained);
  void commit(Done &done, bool last);
  void commit_failure(const std::string &reason);
  void commit_untouched();
  Row new_row(std::size_t pass) const;
  std::map<std::string, std::string> metadata(const Row &row) const;
  void tell(const Row &row);

  const Parts parts_;
  const BaseNetwork &base_;
  const Chain &chain_;
  const std::string warm_;
  std::vector<Row> rows_;
  Model current_;
  std::unique_ptr<CompressPort> port_;
  std::size_t pass_ = 0;
  int iteration_ = 0, position_ = 0;
  std::string early_;
};

}  // namespace nac::fw
