// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data_io/npy.hpp"

namespace nac::data_io {

/// A NumPy .npz archive, stored or compressed. Not for several threads at once.
class npz_file {
 public:
  /// Throws NAC_NOT_FOUND (no such file) or NAC_DATA_LOSS (no zip archive).
  explicit npz_file(const std::filesystem::path &path);
  ~npz_file();
  npz_file(npz_file &&) noexcept;
  npz_file &operator=(npz_file &&) noexcept;

  const std::filesystem::path &path() const { return path_; }
  const std::vector<std::string> &names() const { return names_; }  ///< array names, sorted, without ".npy"
  bool has(const std::string &name) const;
  /// Throws NAC_NOT_FOUND listing the arrays there are, NAC_DATA_LOSS for damage (the archive's CRC is checked) and
  /// NAC_RESOURCE_EXHAUSTED for an array of more than max_bytes.
  npy_array read(const std::string &name, uint64_t max_bytes = uint64_t{8} << 30) const;

 private:
  struct archive;
  std::filesystem::path path_;
  std::vector<std::string> names_;
  std::unique_ptr<archive> archive_;
};

}  // namespace nac::data_io
