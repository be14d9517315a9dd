// SPDX-License-Identifier: Apache-2.0
#include "batches.hpp"

#include <algorithm>

#include "hls_backend/model/reuse.hpp"
#include "stream_models.hpp"

namespace hls_tests {
namespace {

using namespace nac::hls;

bool has_weights(const layer &l) { return l.kind == layer_kind::dense || l.kind == layer_kind::conv; }

options mixed(const sample_model &sample, std::size_t first) {
  options how;
  constexpr strategy all[] = {strategy::resource, strategy::latency, strategy::distributed_arithmetic};
  std::size_t i = first;
  for (const layer &l : sample.make(how).layers) {
    if (!has_weights(l)) continue;
    layer_options &own = how.layers[l.name];
    own.how = all[i % 3];
    const auto legal = legal_reuse_factors(*own.how, l.weights.inputs, l.weights.outputs);
    // From the middle of the list (a part of a row) and its end (the whole matrix) in turn.
    own.reuse_factor = static_cast<int>(legal[i % 2 == 0 ? legal.size() / 2 : legal.size() - 1]);
    const auto vectors =
        static_cast<int>(l.kind == layer_kind::conv ? l.geometry.out_height * l.geometry.out_width : l.rows);
    for (int p = 1; p <= vectors; ++p)
      if (vectors % p == 0 && (p == 1 || i % 2 == 0)) own.parallelization_factor = p;
    ++i;
  }
  return how;
}

/// The largest reuse factor of each layer that has at most `most` uses.
options reused(options how, const model &m, int64_t most) {
  for (const layer &l : m.layers) {
    if (!has_weights(l)) continue;
    const std::vector<int64_t> legal = legal_reuse_factors(how.how, l.weights.inputs, l.weights.outputs);
    const auto after = std::upper_bound(legal.begin(), legal.end(), most);
    how.layers[l.name].reuse_factor = static_cast<int>(*(after - 1));
  }
  return how;
}

}  // namespace

options streaming(strategy how) {
  options o;
  o.io = io_type::stream;
  o.how = how;
  return o;
}

std::vector<named_model> parallel_batch() {
  std::vector<named_model> models;
  std::size_t first = 0;
  for (const sample_model &sample : sample_models())
    models.push_back({sample.name, sample.make(mixed(sample, first++))});
  for (const strategy how : {strategy::latency, strategy::resource, strategy::distributed_arithmetic}) {
    options throughout;
    throughout.how = how;
    models.push_back({name_of(how), find_sample("convolutions").make(throughout)});
  }
  models.push_back({"plain ends", find_sample("ends").make({})});
  for (const sample_model &sample : stream_models())
    if (sample.name == "concatenations") models.push_back({sample.name, sample.make({})});  // it has an unused input
  return models;
}

std::vector<named_model> stream_batch() {
  std::vector<named_model> models;
  for (const auto *all : {&sample_models(), &stream_models()})
    for (const sample_model &sample : *all) models.push_back({sample.name, sample.make(streaming(strategy::latency))});
  models.push_back({"attention adders", find_sample("attention").make(streaming(strategy::distributed_arithmetic))});
  for (const char *name : {"deep_set", "convolutions"}) {
    const sample_model &sample = find_sample(name);
    const options how = streaming(strategy::resource);
    for (const int64_t most : {4, 30})
      models.push_back({name + (" " + std::to_string(most)), sample.make(reused(how, sample.make(how), most))});
    models.push_back({std::string(name) + " adders", sample.make(streaming(strategy::distributed_arithmetic))});
  }
  return models;
}

const firmware_batch &parallel_firmware() {
  static const firmware_batch batch(parallel_batch());
  return batch;
}

const firmware_batch &stream_firmware() {
  static const firmware_batch batch(stream_batch());
  return batch;
}

}  // namespace hls_tests
