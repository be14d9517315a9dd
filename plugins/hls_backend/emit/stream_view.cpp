// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/stream_view.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

}  // namespace

view flat_view(int64_t size, int64_t word) {
  view v;
  v.word = word;
  v.order.resize(at(size));
  std::iota(v.order.begin(), v.order.end(), int64_t{0});
  return v;
}

view pixel_view(int64_t channels, int64_t pixels) {
  view v;
  v.word = channels;
  v.order.reserve(at(channels * pixels));
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t c = 0; c < channels; ++c) v.order.push_back(c * pixels + p);
  return v;
}

view view_of_shape(const tensor &t) {
  if (t.shape.size() < 2) return flat_view(t.size, t.size);
  if (t.shape.size() == 2) return flat_view(t.size, t.shape[1]);
  if (t.shape.size() == 3) return pixel_view(t.shape[0], t.shape[1] * t.shape[2]);
  return flat_view(t.size, t.shape.back());
}

view relabelled(const view &v, const std::vector<int64_t> &map) {
  view other = v;
  for (int64_t &i : other.order) i = map[at(i)];
  return other;
}

bool row_words::plain() const {
  for (std::size_t i = 0; i < inside.size(); ++i)
    if (inside[i] != static_cast<int64_t>(i)) return false;
  return true;
}

std::optional<row_words> as_rows(const view &v, int64_t length) {
  if (v.word != length) return std::nullopt;
  row_words result;
  for (int64_t i = 0; i < length; ++i) result.inside.push_back(v.at(0, i) % length);
  for (int64_t w = 0; w < v.words(); ++w) {
    const int64_t row = v.at(w, 0) / length;
    for (int64_t i = 0; i < length; ++i)
      if (v.at(w, i) != row * length + result.inside[at(i)]) return std::nullopt;
    result.rows.push_back(row);
  }
  return result;
}

std::optional<reduction_words> as_reduction(const view &v, int64_t outer, int64_t count, int64_t inner) {
  const auto result_of = [&](int64_t element) { return element / (count * inner) * inner + element % inner; };
  reduction_words r;
  std::map<int64_t, int64_t> slot_of;  // of the results of the first word
  std::vector<int64_t> order;          // results, first seen first
  for (int64_t i = 0; i < v.word; ++i) {
    const auto [found, added] = slot_of.emplace(result_of(v.at(0, i)), static_cast<int64_t>(order.size()));
    if (added) order.push_back(found->first);
    r.slots.push_back(found->second);
  }
  const auto width = static_cast<int64_t>(order.size());
  const int64_t elements = width * count;  // that end in one word of results
  if (elements % v.word != 0 || outer * inner % width != 0) return std::nullopt;
  r.words = elements / v.word;
  if (v.words() % r.words != 0) return std::nullopt;
  r.groups = v.words() / r.words;
  r.result.word = width;
  std::vector<int64_t> seen(at(outer * inner), 0);
  for (int64_t g = 0; g < r.groups; ++g) {
    std::vector<int64_t> results(at(width), -1);
    for (int64_t w = 0; w < r.words; ++w)
      for (int64_t i = 0; i < v.word; ++i) {
        const int64_t to = result_of(v.at(g * r.words + w, i));
        int64_t &slot = results[at(r.slots[at(i)])];
        if (slot >= 0 && slot != to) return std::nullopt;
        slot = to;
        ++seen[at(to)];
      }
    // Complete, each with all that belongs to it: no other group adds to it.
    for (const int64_t to : results)
      if (to < 0 || seen[at(to)] != count) return std::nullopt;
    r.result.order.insert(r.result.order.end(), results.begin(), results.end());
  }
  return r;
}

}  // namespace nac::hls
