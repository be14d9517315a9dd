// SPDX-License-Identifier: Apache-2.0
//
// hdf5.hpp: reading HDF5 files in pieces. Every call takes one lock, because the HDF5 library may have been built
// without threads; its error stack becomes the message of one nac::failure.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nac/cpp/error.hpp"

namespace nac::data_io {

class h5_file;

/// One dataset of numbers in an open file; keeps the file open.
class h5_dataset {
 public:
  ~h5_dataset();
  h5_dataset(h5_dataset &&other) noexcept;
  h5_dataset &operator=(h5_dataset &&other) noexcept;

  const std::string &what() const { return what_; }              ///< "'name' of 'file'", for messages
  const std::vector<uint64_t> &shape() const { return shape_; }  ///< empty: a scalar
  const std::vector<uint64_t> &chunk() const { return chunk_; }  ///< empty: stored in one piece
  bool floating() const { return floating_; }
  uint64_t count() const;

  /// The block [start, start + count) in row-major order, converted to T by HDF5 (float, double, int32_t, int64_t,
  /// uint8_t, uint16_t, uint32_t). `out` holds the product of `count`. Throws NAC_INVALID_ARGUMENT for a block outside
  /// the dataset or floats read as integers, NAC_DATA_LOSS when HDF5 cannot read.
  template <class T>
  void read(const std::vector<uint64_t> &start, const std::vector<uint64_t> &count, T *out) const;
  /// The whole dataset.
  template <class T>
  std::vector<T> read_all() const;

 private:
  friend class h5_file;
  h5_dataset() = default;
  void close() noexcept;
  int64_t id_ = -1;
  std::string what_;
  std::vector<uint64_t> shape_, chunk_;
  bool floating_ = false;
};

class h5_file {
 public:
  /// Opens for reading. Throws NAC_NOT_FOUND (no such file) or NAC_DATA_LOSS (no HDF5 file, or damaged).
  explicit h5_file(const std::filesystem::path &path);
  ~h5_file();
  h5_file(h5_file &&other) noexcept;
  h5_file &operator=(h5_file &&other) noexcept;

  const std::filesystem::path &path() const { return path_; }
  std::vector<std::string> names() const;  ///< of the links in the root group, sorted
  bool has(const std::string &name) const;
  /// Throws NAC_NOT_FOUND listing the names there are, NAC_UNSUPPORTED for a group or anything but integers and floats.
  h5_dataset dataset(const std::string &name) const;
  /// A one-dimensional dataset of strings, of fixed or variable length.
  std::vector<std::string> strings(const std::string &name) const;

 private:
  void close() noexcept;
  int64_t id_ = -1;
  std::filesystem::path path_;
};

#define NAC_H5_TYPES(X) X(float) X(double) X(int32_t) X(int64_t) X(uint8_t) X(uint16_t) X(uint32_t)
#define NAC_H5_EXTERN(T)                                                                                             \
  extern template void h5_dataset::read<T>(const std::vector<uint64_t> &, const std::vector<uint64_t> &, T *) const; \
  extern template std::vector<T> h5_dataset::read_all<T>() const;
NAC_H5_TYPES(NAC_H5_EXTERN)
#undef NAC_H5_EXTERN

}  // namespace nac::data_io
