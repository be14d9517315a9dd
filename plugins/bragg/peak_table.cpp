// SPDX-License-Identifier: Apache-2.0
#include "bragg/peak_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data_io/hdf5.hpp"

namespace nac::bragg {
namespace {

template <class T>
std::vector<T> column(const data_io::h5_file &file, const char *name, std::size_t wanted) {
  const data_io::h5_dataset d = file.dataset(name);
  if (d.shape().size() != 1)
    invalid(d.what() + " has " + std::to_string(d.shape().size()) + " dimensions; needed is 1");
  if (wanted != SIZE_MAX && d.count() != wanted)
    invalid(d.what() + " has " + std::to_string(d.count()) + " entries; peak_fidx has " + std::to_string(wanted));
  return d.read_all<T>();
}

}  // namespace

peak_table read_peaks(const std::filesystem::path &path, const split_options &options) {
  const data_io::h5_file file(path);
  const auto frame = column<int64_t>(file, "peak_fidx", SIZE_MAX);
  const auto row = column<float>(file, "peak_row", frame.size());
  const auto col = column<float>(file, "peak_col", frame.size());
  const auto npeaks = column<int64_t>(file, "npeaks", frame.size());
  const auto deviations = column<float>(file, "deviations", frame.size());

  peak_table table;
  table.total = frame.size();
  std::vector<std::size_t> order(frame.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // The published file is in frame order already; another one must be, or the split would not be one by frames.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return frame[a] < frame[b]; });

  const double n = static_cast<double>(order.size());
  std::array<std::size_t, 2> bounds{
      static_cast<std::size_t>(std::max(0.0, 1 - options.validation_fraction - options.test_fraction) * n),
      static_cast<std::size_t>((1 - options.test_fraction) * n)};
  if (options.whole_frames)
    for (std::size_t &b : bounds)
      while (b > 0 && b < order.size() && frame[order[b]] == frame[order[b - 1]]) ++b;

  table.counts = {};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t p = order[i];
    if (frame[p] < 0 || frame[p] > UINT32_MAX)
      invalid("peak_fidx of '" + path.string() + "' has the frame " + std::to_string(frame[p]));
    if (npeaks[p] != 1 || !(deviations[p] >= 0 && deviations[p] < 1)) continue;
    const split_id split = i < bounds[0] ? kTrain : i < bounds[1] ? kValidation : kTest;
    table.peaks.push_back({static_cast<uint32_t>(frame[p]), row[p], col[p], split});
    ++table.counts[split];
  }
  return table;
}

}  // namespace nac::bragg
