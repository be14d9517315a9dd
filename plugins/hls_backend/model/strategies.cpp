// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hls_backend/model/builder.hpp"
#include "hls_backend/model/reuse.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

bool has_weights(const layer &l) { return l.kind == layer_kind::dense || l.kind == layer_kind::conv; }

/// The legal factors around the one that was asked for: all when there are few.
std::string listed(const std::vector<int64_t> &legal, int64_t wanted) {
  constexpr std::size_t kMost = 24;
  std::size_t first = 0, last = legal.size();
  if (legal.size() > kMost) {
    const auto near = static_cast<std::size_t>(std::lower_bound(legal.begin(), legal.end(), wanted) - legal.begin());
    first = std::min(near > kMost / 2 ? near - kMost / 2 : 0, legal.size() - kMost);
    last = first + kMost;
  }
  std::string text = first > 0 ? "..., " : "";
  for (std::size_t i = first; i < last; ++i) text += (i > first ? ", " : "") + std::to_string(legal[i]);
  return text + (last < legal.size() ? ", ..." : "");
}

void check_reuse(const layer &l) {
  const int64_t n_in = l.weights.inputs, n_out = l.weights.outputs;
  if (legal_reuse(l.how, n_in, n_out, l.reuse_factor)) return;
  throw failure(NAC_INFEASIBLE, "layer '" + l.name + "': reuse_factor " + std::to_string(l.reuse_factor) +
                                    " is not legal for its " + std::to_string(n_in) + " x " + std::to_string(n_out) +
                                    " weights with strategy " + name_of(l.how) + "; legal are " +
                                    listed(legal_reuse_factors(l.how, n_in, n_out), l.reuse_factor));
}

/// Streams bring one vector at a time; the factor is of io_parallel alone.
void check_parallelization(const layer &l, io_type io) {
  const bool conv = l.kind == layer_kind::conv;
  const int64_t vectors = conv ? l.geometry.out_height * l.geometry.out_width : l.rows;
  const int64_t wanted = l.parallelization_factor;
  const std::string found = "layer '" + l.name + "': parallelization_factor " + std::to_string(wanted);
  if (io == io_type::stream && wanted != 1)
    throw failure(NAC_INFEASIBLE, found +
                                      " has no effect with io_stream, where one pixel or row arrives at a time; 1 is "
                                      "accepted there, any that divides their number with io_parallel");
  if (wanted >= 1 && wanted <= vectors && vectors % wanted == 0) return;
  std::vector<int64_t> legal;
  for (int64_t p = 1; p <= vectors; ++p)
    if (vectors % p == 0) legal.push_back(p);
  throw failure(NAC_INFEASIBLE, found + " does not divide its " + std::to_string(vectors) +
                                    (conv ? " output pixels" : " rows") + "; legal are " + listed(legal, wanted));
}

/// Sets are computed at once, images pixel by pixel, unless the options say otherwise. A single vector needs no factor.
int general_parallelization(const layer &l, const options &how) {
  const bool rows = l.kind == layer_kind::dense;
  if (rows && l.rows == 1 && how.io == io_type::parallel) return 1;
  if (how.parallelization_factor != 0) return how.parallelization_factor;
  return rows && how.io == io_type::parallel ? static_cast<int>(l.rows) : 1;
}

}  // namespace

void choose_strategies(model &m) {
  std::string known;
  std::vector<std::string> unused;
  const layer_options general;
  for (const auto &[name, choice] : m.how.layers) unused.push_back(name);
  for (layer &l : m.layers) {
    if (!has_weights(l)) continue;
    known += (known.empty() ? "" : ", ") + l.name;
    const auto found = m.how.layers.find(l.name);
    const layer_options &own = found == m.how.layers.end() ? general : found->second;
    unused.erase(std::remove(unused.begin(), unused.end(), l.name), unused.end());
    l.how = own.how.value_or(m.how.how);
    l.reuse_factor = own.reuse_factor.value_or(m.how.reuse_factor);
    check_reuse(l);
    l.parallelization_factor = own.parallelization_factor.value_or(general_parallelization(l, m.how));
    check_parallelization(l, m.how.io);
  }
  if (!unused.empty())
    throw failure(NAC_INVALID_ARGUMENT, "layers: the model has no layer '" + unused.front() + "'; it has " +
                                            (known.empty() ? "none with weights" : known));
}

}  // namespace nac::hls
