// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/prune.hpp"

#include <algorithm>
#include <cmath>

#include "compress_common/measure.hpp"
#include "compress_common/state_text.hpp"
#include "compress_prune/collapse.hpp"
#include "compress_prune/masks.hpp"

namespace nac::compressing {
namespace {

constexpr const char *kName = "org.nac.prune";
constexpr uint64_t kCollapseSamples = 2048;

compress_step finished(const std::string &why) {
  host().info("pruning ends: " + why);
  compress_step step;
  step.finished = true;
  return step;
}

std::size_t alive_of(const std::vector<prunable> &layers) {
  std::size_t total = 0;
  for (const prunable &l : layers) total += l.alive_count();
  return total;
}

/// Each layer loses the share of its own.
void remove_layer_wise(std::vector<prunable> &layers, const prune_options &o) {
  for (prunable &l : layers) {
    std::vector<prunable> one{std::move(l)};
    const auto keep =
        static_cast<std::size_t>(std::llround(static_cast<double>(one[0].alive_count()) * (1 - o.fraction)));
    if (o.shape == structure::channel)
      remove_channels(one, keep, o.score, o.guards);
    else
      remove_weights(one, keep, o.score, o.guards);
    l = std::move(one[0]);
  }
}

}  // namespace

compress_step prune::step(graph_view &model, const std::vector<double> &metrics, const nac_call *) {
  if (now_.ending) return finished("the network collapses beyond this sparsity");
  if (!now_.started) return begin(model, metrics);
  if (!now_.retry) {
    if (now_.iteration > 0 && options_.guards && collapsed(model)) return take_back();
    if (!goes_on(metrics))
      return finished("the error was beyond the tolerance " + std::to_string(now_.worse) + " times in a row");
    if (now_.iteration >= last_iteration()) return finished("all iterations are done");
  }
  return remove(model);
}

compress_step prune::begin(graph_view &model, const std::vector<double> &metrics) {
  const observer &watch = needed(setup_.watch, kName);
  const std::vector<prunable> layers = prunables_of(network(model));
  if (layers.empty()) fail(NAC_UNSUPPORTED, "the network has no layer to prune: no Conv, Gemm or MatMul with a weight");
  now_.started = true;
  now_.reference = error_of(watch, metrics);
  now_.weights = static_cast<int64_t>(alive_of(layers));
  now_.may_be_one_class = false;
  for (const nac_value v : model.outputs())
    if (health_of(watch.values(model.raw(), v, "validation", kCollapseSamples)).one_class) now_.may_be_one_class = true;
  return {};
}

bool prune::collapsed(const graph_view &model) const {
  const observer &watch = needed(setup_.watch, kName);
  const std::vector<nac_value> outputs = model.outputs();
  return std::any_of(outputs.begin(), outputs.end(), [&](nac_value v) {
    const output_health health = health_of(watch.values(model.raw(), v, "validation", kCollapseSamples));
    return health.constant || (health.one_class && !now_.may_be_one_class);
  });
}

compress_step prune::take_back() {
  host().warn("iteration " + std::to_string(now_.iteration) +
              " of pruning made the network collapse: its outputs do not depend on the input any more; it is undone");
  --now_.iteration;
  const bool other_way = !now_.layer_wise && !options_.layer_wise && options_.shape != structure::blocks;
  now_.retry = other_way;
  now_.ending = !other_way;
  compress_step step;
  step.undo = true;
  return step;
}

bool prune::goes_on(const std::vector<double> &metrics) {
  const double error = error_of(*setup_.watch, metrics);
  const double bound = now_.reference + options_.tolerance * std::fabs(now_.reference);
  now_.worse = error <= bound ? 0 : now_.worse + 1;  // NaN is worse
  return options_.stop_after == 0 || now_.worse < options_.stop_after;
}

compress_step prune::remove(graph_view &model) {
  std::vector<prunable> layers = prunables_of(network(model));
  const std::size_t before = alive_of(layers);
  now_.layer_wise = now_.retry;
  now_.retry = false;
  ++now_.iteration;
  const double share = std::pow(1 - options_.fraction, static_cast<double>(now_.iteration));
  const auto keep = static_cast<std::size_t>(std::llround(static_cast<double>(now_.weights) * share));
  if (options_.shape == structure::blocks) {
    const int64_t kept = std::max(options_.kept, options_.block - now_.iteration);
    for (prunable &l : layers)
      remove_in_blocks(l, static_cast<std::size_t>(kept), static_cast<std::size_t>(options_.block));
  } else if (options_.layer_wise || now_.layer_wise) {
    remove_layer_wise(layers, options_);
  } else if (options_.shape == structure::channel) {
    remove_channels(layers, keep, options_.score, options_.guards);
  } else {
    remove_weights(layers, keep, options_.score, options_.guards);
  }
  const std::size_t after = alive_of(layers);
  if (after == before) return finished("no further weight may be removed");
  write_masks(model, layers);
  model.check_graph();
  host().info("iteration " + std::to_string(now_.iteration) + " of pruning: " + std::to_string(after) + " of " +
              std::to_string(now_.weights) + " weights are left");
  compress_step step;
  step.train_epochs = options_.epochs;
  step.from = options_.from;
  return step;
}

int64_t prune::last_iteration() const {
  return options_.shape == structure::blocks ? options_.block - options_.kept : options_.iterations;
}

uint64_t prune::fingerprint() const { return mixed_hash(options_.fingerprint(), setup_.seed); }

std::string prune::save() {
  return state_writer(kName, fingerprint())
      .integer("started", now_.started)
      .integer("ending", now_.ending)
      .integer("retry", now_.retry)
      .integer("layer_wise", now_.layer_wise)
      .integer("may_be_one_class", now_.may_be_one_class)
      .integer("iteration", now_.iteration)
      .integer("worse", now_.worse)
      .integer("weights", now_.weights)
      .number("reference", now_.reference)
      .finish();
}

void prune::load(const std::string &state) {
  constexpr int64_t kMany = int64_t{1} << 40;
  state_reader reader(state, kName, fingerprint());
  progress loaded;
  loaded.started = reader.integer("started", 0, 1) == 1;
  loaded.ending = reader.integer("ending", 0, 1) == 1;
  loaded.retry = reader.integer("retry", 0, 1) == 1;
  loaded.layer_wise = reader.integer("layer_wise", 0, 1) == 1;
  loaded.may_be_one_class = reader.integer("may_be_one_class", 0, 1) == 1;
  loaded.iteration = reader.integer("iteration", 0, last_iteration());
  loaded.worse = reader.integer("worse", 0, kMany);
  loaded.weights = reader.integer("weights", 0, kMany);
  loaded.reference = reader.number("reference");
  reader.finish();
  now_ = loaded;
}

}  // namespace nac::compressing
