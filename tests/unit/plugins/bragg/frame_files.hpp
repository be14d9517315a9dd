// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nac::test {

/// Columns of a BraggNN peaks file.
struct peak_rows {
  std::vector<uint32_t> frame;
  std::vector<float> row, column;
  std::vector<uint16_t> npeaks;
  std::vector<float> deviations;
  void add(uint32_t f, float r, float c, uint16_t n = 1, float d = 0.4F) {
    frame.push_back(f), row.push_back(r), column.push_back(c), npeaks.push_back(n), deviations.push_back(d);
  }
};

template <class T>
void write_column(hid_t file, const char *name, hid_t type, const std::vector<T> &values) {
  const hsize_t n = values.size();
  const hid_t space = H5Screate_simple(1, &n, nullptr);
  const hid_t d = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(d, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(d);
  H5Sclose(space);
}

/// `without`: a column to leave out.
inline void write_peaks(const std::filesystem::path &path, const peak_rows &rows, const std::string &without = "") {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (without != "peak_fidx") write_column(file, "peak_fidx", H5T_NATIVE_UINT32, rows.frame);
  if (without != "peak_row") write_column(file, "peak_row", H5T_NATIVE_FLOAT, rows.row);
  if (without != "peak_col") write_column(file, "peak_col", H5T_NATIVE_FLOAT, rows.column);
  if (without != "npeaks") write_column(file, "npeaks", H5T_NATIVE_UINT16, rows.npeaks);
  if (without != "deviations") write_column(file, "deviations", H5T_NATIVE_FLOAT, rows.deviations);
  H5Fclose(file);
}

/// frames [T, height, width] uint16, in one piece or in compressed chunks of one frame.
inline void write_frames(const std::filesystem::path &path, const std::vector<std::vector<uint16_t>> &frames,
                         uint64_t height, uint64_t width, bool chunked) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[3] = {frames.size(), height, width}, chunk[3] = {1, height, width};
  const hid_t space = H5Screate_simple(3, dims, nullptr);
  const hid_t options = H5Pcreate(H5P_DATASET_CREATE);
  if (chunked) {
    H5Pset_chunk(options, 3, chunk);
    H5Pset_deflate(options, 1);
  }
  const hid_t d = H5Dcreate2(file, "frames", H5T_STD_U16LE, space, H5P_DEFAULT, options, H5P_DEFAULT);
  std::vector<uint16_t> all;
  for (const auto &f : frames) all.insert(all.end(), f.begin(), f.end());
  H5Dwrite(d, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
  H5Pclose(options);
  H5Dclose(d);
  H5Sclose(space);
  H5Fclose(file);
}

}  // namespace nac::test
