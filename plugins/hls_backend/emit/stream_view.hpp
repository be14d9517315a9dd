// SPDX-License-Identifier: Apache-2.0
//
// stream_view.hpp: how the elements of a flat tensor travel through a stream.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// `word` elements at a time; the i-th element to arrive is order[i] of the flat tensor.
struct view {
  int64_t word = 1;
  std::vector<int64_t> order;
  int64_t words() const { return static_cast<int64_t>(order.size()) / word; }
  int64_t at(int64_t w, int64_t i) const { return order[static_cast<std::size_t>(w * word + i)]; }
  bool operator==(const view &) const = default;
};

/// In the order of the tensor itself.
view flat_view(int64_t size, int64_t word);
/// [channels][pixels], all channels of a pixel in one word.
view pixel_view(int64_t channels, int64_t pixels);
/// What a tensor of that shape travels as when no layer asks for something else: pixels of [C][H][W], vectors of
/// [positions][features], anything of rank 1 as one word.
view view_of_shape(const tensor &t);
/// Element i of the one tensor is element map[i] of another: the view of the other.
view relabelled(const view &v, const std::vector<int64_t> &map);

/// Words that are rows of a [rows][length] matrix, in any order, with the same order inside each.
struct row_words {
  std::vector<int64_t> rows;    ///< which row each word is
  std::vector<int64_t> inside;  ///< which element of its row each one is
  bool plain() const;           ///< elements are in order
};
std::optional<row_words> as_rows(const view &v, int64_t length);

/// Words of [outer][count][inner] in groups, each of which gives one word of results: the elements at one place in all
/// words of a group go to the same result, and nothing outside the group does.
struct reduction_words {
  int64_t groups = 1, words = 1;  ///< words in a group
  std::vector<int64_t> slots;     ///< which element of the result each element of a word goes to
  view result;
};
std::optional<reduction_words> as_reduction(const view &v, int64_t outer, int64_t count, int64_t inner);

}  // namespace nac::hls
