// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_correlation.hpp"

#include <algorithm>

namespace nac::fw::fused {
namespace {

// A segment longer than this leaves no room in the first-level cache for the rows of a block.
constexpr int kLongest = 1024;

/// The shape of a layer without padding that has the same outputs, on an input that contains the padding.
ProductShape without_padding(ProductShape shape) {
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    if (!shape.pad_begin.empty()) shape.extent[d] += shape.pad_begin[d];
    if (!shape.pad_end.empty()) shape.extent[d] += shape.pad_end[d];
  }
  shape.pad_begin.clear(), shape.pad_end.clear();
  return shape;
}

/// Where positions of the input lie in the padded one.
std::vector<int> placement(const ProductShape &shape, const ProductShape &padded, int positions) {
  std::vector<int> at;
  for (int p = 0; p < positions; ++p) {
    int place = 0, scale = 1, rest = p;
    for (std::size_t d = shape.extent.size(); d-- > 0;) {
      place += (rest % shape.extent[d] + (shape.pad_begin.empty() ? 0 : shape.pad_begin[d])) * scale;
      scale *= padded.extent[d], rest /= shape.extent[d];
    }
    at.push_back(place);
  }
  return at;
}

/// The most outputs of a block: 4 with 3 terms each fill the registers.
int largest_block(int terms) { return terms <= 2 ? 6 : 4; }

/// Time per output and term: rows of terms come from the second-level cache, once for each block.
double cost(int count) { return count == 1 ? 2.1 : count == 2 ? 1.35 : count == 3 ? 1.1 : 1; }

}  // namespace

Correlation::Correlation(const ProductShape &shape, int lanes) : width(lanes), groups(shape.groups) {
  const ProductShape larger = without_padding(shape);
  const Window window(larger), original(shape);
  const int channels = shape.in / groups;
  const bool last = shape.channels_last;
  outs = shape.out / groups;
  terms = channels * window.taps;
  out_step = (last ? 1 : window.outputs) * width;
  const int channel_step = last ? 1 : window.inputs, x_step = last ? shape.in : 1, dy_step = last ? shape.out : 1;
  // Without padding, every output has a contact for every tap, and taps lie equally for all outputs.
  for (int group = 0; group < groups; ++group)
    for (int c = 0; c < channels; ++c)
      for (int tap = 0; tap < window.taps; ++tap) {
        int shift = window.contacts[static_cast<std::size_t>(tap)].input - window.contacts[0].input;
        rows.push_back(((group * channels + c) * channel_step + shift * x_step) * width);
      }
  for (int p = 0; p < window.outputs; ++p) {
    int x = window.contacts[static_cast<std::size_t>(p * window.taps)].input * x_step * width, dy = p * dy_step * width;
    Segment *before = segments.empty() ? nullptr : &segments.back();
    if (before != nullptr && before->x + before->floats == x && before->dy + before->floats == dy &&
        before->floats + width <= kLongest)
      before->floats += width;
    else
      segments.push_back({x, dy, width});
  }
  if (window.inputs != original.inputs) {
    std::vector<int> at = placement(shape, larger, original.inputs);
    for (int row = 0; row < shape.in * original.inputs; ++row) {
      int channel = last ? row % shape.in : row / original.inputs;
      int position = at[static_cast<std::size_t>(last ? row / shape.in : row % original.inputs)];
      padded.push_back(channel * channel_step + position * x_step);
    }
    padded_rows = shape.in * window.inputs;
  }
  arrange(nullptr);
}

void Correlation::arrange(const float *mask) {
  auto any = [&](int out, int count, int term) {
    if (mask == nullptr) return true;
    for (int o = out; o < out + count; ++o)
      if (mask[static_cast<std::size_t>(o) * static_cast<std::size_t>(terms) + static_cast<std::size_t>(term)] != 0)
        return true;
    return false;
  };
  // Fewer outputs at once have more terms that are masked for all of them, but need more loads.
  auto arrange_with = [&](int largest) {
    blocks.clear(), list.clear();
    double time = 0;
    int per_group = (outs + largest - 1) / largest;
    for (int group = 0; group < groups; ++group)
      for (int b = 0, out = group * outs; b < per_group; ++b) {
        int count = outs / per_group + (b < outs % per_group), first = static_cast<int>(list.size());
        for (int term = 0; term < terms; ++term)
          if (any(out, count, term)) list.push_back(term);
        blocks.push_back({out, count, first, static_cast<int>(list.size())});
        time += cost(count) * count * static_cast<double>(list.size() - static_cast<std::size_t>(first));
        out += count;
      }
    return time;
  };
  int best = largest_block(terms);
  double least = arrange_with(best);
  for (int largest : {3, 2, 1})
    if (double time = mask == nullptr ? least : arrange_with(largest); time < least) least = time, best = largest;
  arrange_with(best);
}

}  // namespace nac::fw::fused
