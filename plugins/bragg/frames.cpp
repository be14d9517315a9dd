// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "bragg/dataset.hpp"
#include "bragg/peak_table.hpp"
#include "data_io/cache.hpp"
#include "data_io/hdf5.hpp"
#include "nac/cpp/host.hpp"

namespace nac::bragg {
namespace {

/// Gets windows out of the frames without ever holding more than one frame. Chunked (compressed) storage is decoded a
/// frame at a time, each frame once; storage in one piece allows reading just the windows.
class window_source {
 public:
  explicit window_source(const data_io::h5_dataset &frames)
      : frames_(frames), height_(frames.shape()[1]), width_(frames.shape()[2]), whole_(!frames.chunk().empty()) {}

  void cut(const peak &p, float *window) {
    const auto row = static_cast<int64_t>(p.row), column = static_cast<int64_t>(p.column);
    if (whole_) {
      if (frame_ != p.frame || image_.empty()) {
        image_.resize(height_ * width_);
        frames_.read<float>({p.frame, 0, 0}, {1, height_, width_}, image_.data());
        frame_ = p.frame;
      }
      cut_window(image_.data(), static_cast<int64_t>(height_), static_cast<int64_t>(width_), row, column, window);
      return;
    }
    const auto range = [](int64_t centre, uint64_t size) {
      const int64_t first = std::max<int64_t>(0, centre - kCentre);
      return std::pair<uint64_t, uint64_t>(
          first, static_cast<uint64_t>(std::min<int64_t>(static_cast<int64_t>(size), centre + kCentre + 1) - first));
    };
    const auto [row0, rows] = range(row, height_);
    const auto [column0, columns] = range(column, width_);
    image_.resize(rows * columns);
    frames_.read<float>({p.frame, row0, column0}, {1, rows, columns}, image_.data());
    cut_window(image_.data(), static_cast<int64_t>(rows), static_cast<int64_t>(columns),
               row - static_cast<int64_t>(row0), column - static_cast<int64_t>(column0), window);
  }

 private:
  const data_io::h5_dataset &frames_;
  uint64_t height_, width_;
  bool whole_;
  uint32_t frame_ = 0;
  std::vector<float> image_;
};

void check_position(const peak &p, const data_io::h5_dataset &frames) {
  if (p.frame >= frames.shape()[0])
    invalid("a peak is in frame " + std::to_string(p.frame) + "; " + frames.what() + " has " +
            std::to_string(frames.shape()[0]) + " frames. Do the two files belong together?");
  if (!(p.row >= 0 && p.column >= 0 && p.row < static_cast<float>(frames.shape()[1]) &&
        p.column < static_cast<float>(frames.shape()[2])))
    invalid("a peak in frame " + std::to_string(p.frame) + " is at row " + std::to_string(p.row) + ", column " +
            std::to_string(p.column) + "; " + frames.what() + " has frames of " + std::to_string(frames.shape()[1]) +
            " x " + std::to_string(frames.shape()[2]) + " pixels");
}

uint64_t cut_patches(const std::filesystem::path &path, const peak_table &table, dataset &data) {
  const data_io::h5_file file(path);
  const data_io::h5_dataset frames = file.dataset("frames");
  if (frames.shape().size() != 3)
    invalid(frames.what() + " has " + std::to_string(frames.shape().size()) +
            " dimensions; needed are 3: frames, rows, columns");
  window_source source(frames);
  std::array<float, kWindowPixels> window;
  uint64_t empty = 0;
  for (const peak &p : table.peaks) {
    check_position(p, frames);
    source.cut(p, window.data());
    const float row = p.row - std::floor(p.row), column = p.column - std::floor(p.column);
    if (!std::all_of(window.begin(), window.end(), [](float v) { return std::isfinite(v); }) ||
        keep_nearest_component(window.data(), row, column) == 0) {
      ++empty;
      continue;
    }
    data.splits[p.split].add(window.data(), row, column);
  }
  return empty;
}

}  // namespace

dataset load_frames(const std::filesystem::path &frames, const std::filesystem::path &peaks,
                    const split_options &options, const std::filesystem::path &cache_folder) {
  const peak_table table = read_peaks(peaks, options);
  dataset data;
  data.about = frames.filename().string() + " with " + peaks.filename().string() + ": " +
               std::to_string(table.peaks.size()) + " of " + std::to_string(table.total) +
               " peaks pass npeaks == 1 and 0 <= deviations < 1; split by frame order" +
               (options.whole_frames ? ", whole frames\n" : "\n");

  // The version counts changes of the cutting and cleaning above.
  const std::string key = "bragg windows 1|" + data_io::file_stamp(frames) + "|" + data_io::file_stamp(peaks) + "|" +
                          std::to_string(options.validation_fraction) + "|" + std::to_string(options.test_fraction) +
                          "|" + std::to_string(options.whole_frames);
  const std::filesystem::path cache_file =
      cache_folder.empty() ? cache_folder : cache_folder / (data_io::hasher().text(key).hex() + ".naccache");
  uint64_t empty = 0;
  if (!cache_file.empty() && std::filesystem::exists(cache_file)) {
    std::string why;
    try {
      if (const auto cache = data_io::cache_reader::open(cache_file, key, &why)) {
        for (std::size_t s = 0; s < 3; ++s)
          data.splits[s] = patch_set::from(cache->read<float>(std::string("windows.") + kSplitNames[s]),
                                           cache->read<float>(std::string("labels.") + kSplitNames[s]));
        empty = cache->read<uint64_t>("empty").at(0);
        if (empty != 0) data.about += std::to_string(empty) + " peaks without a non-zero pixel left out\n";
        data.about += "from the cache " + cache_file.string() + "\n";
        return data;
      }
    } catch (const failure &e) {
      why = e.what();
      data.splits = {};
    }
    host().warn(why + "; the patches are cut anew");
  }

  empty = cut_patches(frames, table, data);
  if (empty != 0) data.about += std::to_string(empty) + " peaks without a non-zero pixel left out\n";
  if (cache_file.empty()) return data;
  try {
    data_io::cache_writer writer(cache_file, key);
    for (std::size_t s = 0; s < 3; ++s) {
      writer.add(std::string("windows.") + kSplitNames[s], data.splits[s].windows());
      writer.add(std::string("labels.") + kSplitNames[s], data.splits[s].fractions());
    }
    writer.add("empty", std::vector<uint64_t>{empty});
    writer.commit();
    data.about += "cached in " + cache_file.string() + "\n";
  } catch (const failure &e) {
    // The patches are good without it; the next start is just as slow.
    host().warn(e.what());
  }
  return data;
}

}  // namespace nac::bragg
