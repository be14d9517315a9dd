// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/compress.hpp"

#include <fmt/format.h>

#include "graph/onnx.hpp"
#include "pipeline/local/base_network.hpp"
#include "pipeline/local/chain_run.hpp"
#include "pipeline/local/networks.hpp"
#include "pipeline/model_observer.hpp"
#include "pipeline/workers.hpp"

namespace nac::fw {
namespace {

using Rows = std::vector<Study::CompressRow>;

void record(const LocalInputs &in) {
  const CompressionStage &stage = in.experiment.compression;
  std::map<std::string, std::string> settings;
  for (std::size_t i = 0; i < in.experiment.compress.size(); ++i) {
    const CompressPass &pass = in.experiment.compress[i];
    const std::string table = fmt::format("compress[{}].", i);
    settings[table + "plugin"] = pass.pass.plugin;
    for (const auto &[name, value] : pass.pass.parameters) settings[table + name] = to_toml(value);
    // More values mean more chains, and change none of those that there are.
    for (const auto &[name, values] : pass.grid) settings[table + name] = "a list";
  }
  settings["compression.full_grid"] = stage.full_grid ? "true" : "false";
  settings["compression.warm_start"] = stage.warm_start ? "true" : "false";
  record_settings(in.study, "compress", settings);
}

class Compression {
 public:
  explicit Compression(const LocalInputs &in)
      : in_(in),
        splits_(in.task),
        context_(local_context(in, splits_)),
        observer_(in.task, in.engine, splits_, in.experiment.bops, context_.predict()),
        chains_(expand_chains(in.experiment.compress, in.experiment.compression)),
        progress_(in.observer, "compress"),
        workers_(worker_count(in.experiment.compression.parallel)) {}

  CompressEnd run() {
    const std::vector<uint64_t> networks =
        chosen_networks(in_.experiment.compression.candidates, in_.experiment, in_.task, in_.study);
    if (networks.empty()) progress_.warning("the search has no network on its front: there is nothing to compress");
    for (Study::CompressRow &row : in_.study.compress_rows()) rows_[{row.trial, row.chain}].push_back(std::move(row));
    for (const uint64_t trial : networks) {
      if (in_.interrupts.load() > 0) break;
      if (ended(trial)) continue;
      bases_.push_back(std::make_unique<BaseNetwork>(base_network(in_, context_, trial)));
      for (std::size_t c = 0; c < chains_.size(); ++c)
        if (!chains_[c].warm_from) submit(*bases_.back(), c, "");
    }
    workers_.wait_idle();
    if (const std::exception_ptr failure = workers_.failure()) std::rethrow_exception(failure);
    const StageStatus status = progress_.status();
    return {interrupted_ || in_.interrupts.load() > 0, networks.size(), networks.size() * chains_.size(),
            status.finished, status.failed};
  }

 private:
  bool ended(uint64_t trial) const {
    for (const Chain &chain : chains_) {
      const auto rows = rows_.find({trial, chain.name});
      if (rows == rows_.end() || !rows->second.back().last) return false;
    }
    return true;
  }

  void submit(const BaseNetwork &base, std::size_t c, const std::string &warm) {
    workers_.submit([this, &base, c, warm] {
      const auto recorded = rows_.find({base.trial, chains_[c].name});
      const Rows rows = recorded == rows_.end() ? Rows{} : recorded->second;
      ChainRun::Parts parts{in_,
                            context_,
                            observer_,
                            progress_,
                            [this] { return in_.interrupts.load() > 0 || workers_.failure() != nullptr; },
                            [this] { return in_.interrupts.load() > 1 || workers_.failure() != nullptr; },
                            [this, &base, c] { submit_followers(base, c); }};
      if (!rows.empty()) submit_followers(base, c);
      if (parts.stopping() || !ChainRun(parts, base, chains_[c], warm, rows).run()) interrupted_ = true;
    });
  }

  /// The chains that start from this one's first weights, once those are in the study.
  void submit_followers(const BaseNetwork &base, std::size_t c) {
    std::string model;
    for (const Study::CompressRow &row : in_.study.compress_rows())
      if (row.trial == base.trial && row.chain == chains_[c].name && row.position == 0) model = row.model;
    for (std::size_t f = 0; f < chains_.size(); ++f)
      if (chains_[f].warm_from == c) submit(base, f, model);
  }

  const LocalInputs &in_;
  SharedSplits splits_;
  const LocalContext context_;
  const PipelineObserver observer_;
  const std::vector<Chain> chains_;
  std::map<std::pair<uint64_t, std::string>, Rows> rows_;  ///< from before this run
  std::vector<std::unique_ptr<BaseNetwork>> bases_;
  StageProgress progress_;
  std::atomic<bool> interrupted_{false};
  Workers workers_;  ///< last: its threads use everything above
};

}  // namespace

CompressEnd run_compress(const LocalInputs &in) {
  if (in.experiment.compress.empty())
    throw UsageError("the manifest has no [[compress]]: there is nothing to compress with");
  record(in);
  return Compression(in).run();
}

}  // namespace nac::fw
