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

void check_parallelization(const layer &l) {
  const bool conv = l.kind == layer_kind::conv;
  const int64_t pixels = conv ? l.geometry.out_height * l.geometry.out_width : l.rows,
                wanted = l.parallelization_factor;
  if (wanted >= 1 && wanted <= pixels && pixels % wanted == 0) return;
  std::vector<int64_t> legal;
  for (int64_t p = 1; p <= pixels; ++p)
    if (pixels % p == 0) legal.push_back(p);
  throw failure(NAC_INFEASIBLE, "layer '" + l.name + "': parallelization_factor " + std::to_string(wanted) +
                                    " does not divide its " + std::to_string(pixels) +
                                    (conv ? " output pixels" : " rows") + "; legal are " + listed(legal, wanted));
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
    // A dense layer of one row has nothing to divide; one of many, such as the constituents of a jet, is like a
    // convolution with a kernel of one.
    const bool divisible = l.kind == layer_kind::conv || l.rows > 1;
    l.parallelization_factor = own.parallelization_factor.value_or(divisible ? m.how.parallelization_factor : 1);
    check_parallelization(l);
  }
  if (!unused.empty())
    throw failure(NAC_INVALID_ARGUMENT, "layers: the model has no layer '" + unused.front() + "'; it has " +
                                            (known.empty() ? "none with weights" : known));
}

}  // namespace nac::hls
