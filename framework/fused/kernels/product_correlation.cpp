// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_correlation.hpp"

#include <algorithm>

namespace nac::fw::fused {
namespace {

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

/// Time per output and term, where a panel of 16 takes 1. Blocks read rows of x from the second-level cache once each,
/// unless kernel elements share them.
double block_cost(int count, int taps) {
  return (taps == 1 ? 1.3 : 1.1) * (count == 1 ? 2.1 : count == 2 ? 1.35 : count == 3 ? 1.1 : 1);
}
/// And per output for the transposition and the sums at the end.
constexpr double kTranspose = 5;

}  // namespace

Correlation::Correlation(const ProductShape &shape, int lanes) : width(lanes), groups(shape.groups) {
  const ProductShape larger = without_padding(shape);
  const Window window(larger), original(shape);
  const int channels = shape.in / groups;
  const bool last = shape.channels_last;
  outs = shape.out / groups;
  terms = channels * window.taps, taps = window.taps;
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
    if (before != nullptr && before->x + before->floats == x && before->dy + before->floats == dy)
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

std::size_t Correlation::scratch() const {
  return static_cast<std::size_t>(padded_rows) * static_cast<std::size_t>(width) +
         panels.size() * kPanelOuts * kPanelColumns;
}

/// Of every group, panels of the first outputs and blocks of the others; returns how long that takes.
double Correlation::arrange_with(int panels_per_group, int block, const float *mask) {
  auto any = [&](int out, int count, int term) {
    if (mask == nullptr) return true;
    for (int o = out; o < out + count; ++o)
      if (mask[static_cast<std::size_t>(o) * static_cast<std::size_t>(terms) + static_cast<std::size_t>(term)] != 0)
        return true;
    return false;
  };
  auto add_terms = [&](int out, int count) {
    const std::size_t first = list.size();
    for (int term = 0; term < terms; ++term)
      if (any(out, count, term)) list.push_back(term);
    return static_cast<int>(first);
  };
  blocks.clear(), panels.clear(), list.clear();
  double time = 0;
  const int rest = std::max(0, outs - panels_per_group * kPanelOuts), count_of_blocks = (rest + block - 1) / block;
  for (int group = 0; group < groups; ++group) {
    int out = group * outs;
    for (int p = 0; p < panels_per_group; ++p) {
      const int count = std::min(kPanelOuts, (group + 1) * outs - out), first = add_terms(out, count);
      panels.push_back({out, count, first, static_cast<int>(list.size())});
      time += kPanelOuts * (kTranspose + panels.back().end_term - first);
      out += count;
    }
    for (int b = 0; b < count_of_blocks; ++b) {
      const int count = rest / count_of_blocks + (b < rest % count_of_blocks), first = add_terms(out, count);
      blocks.push_back({out, count, first, static_cast<int>(list.size())});
      time += block_cost(count, taps) * count * (blocks.back().end_term - first);
      out += count;
    }
  }
  return time;
}

void Correlation::arrange(const float *mask) {
  int best_panels = 0, best_block = largest_block(terms);
  double least = arrange_with(best_panels, best_block, mask);
  for (int count = 0; count * kPanelOuts < outs + kPanelOuts; ++count)
    for (int block : {largest_block(terms), 3, 2, 1}) {
      // Fewer outputs at once have more terms that are masked for all of them, but need more loads.
      if (mask == nullptr && block != largest_block(terms)) break;
      if (double time = arrange_with(count, block, mask); time < least)
        least = time, best_panels = count, best_block = block;
    }
  arrange_with(best_panels, best_block, mask);
}

}  // namespace nac::fw::fused
