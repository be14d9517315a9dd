// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zip.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace nac::test {

/// Bytes of a .npy file of version 1 with any header fields, valid or not.
inline std::string npy_bytes(const std::string &descr, const std::string &shape, const void *data, std::size_t size,
                             const std::string &fortran = "False") {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + std::string(static_cast<const char *>(data), size);
}

template <class T>
std::string npy_of(const std::string &descr, const std::vector<T> &values, const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (const int64_t d : shape) text += std::to_string(d) + ",";
  return npy_bytes(descr, text + ")", values.data(), values.size() * sizeof(T));
}

/// Writes name.npy entries into an archive.
inline void write_npz(const std::filesystem::path &path, const std::map<std::string, std::string> &arrays,
                      bool compressed = true) {
  int code = 0;
  zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (zip == nullptr) throw std::runtime_error("cannot write " + path.string());
  for (const auto &[name, bytes] : arrays) {
    zip_source_t *source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, (name + ".npy").c_str(), source, ZIP_FL_OVERWRITE);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  if (zip_close(zip) != 0) throw std::runtime_error("cannot close " + path.string());
}

}  // namespace nac::test
