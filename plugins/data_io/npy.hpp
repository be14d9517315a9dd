// SPDX-License-Identifier: Apache-2.0
//
// npy.hpp: NumPy's .npy format, versions 1 to 3 (numpy.lib.format): little endian, C order, plain numbers.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nac/cpp/error.hpp"

namespace nac::data_io {

enum class element : uint8_t { boolean, u1, u2, u4, u8, i1, i2, i4, i8, f2, f4, f8 };
const char *name_of(element type);
std::size_t size_of(element type);

struct npy_header {
  element type = element::f4;
  std::vector<int64_t> shape;
  std::size_t offset = 0;  ///< where the data starts
  uint64_t count() const;  ///< elements; the parser has made sure that it does not overflow
};

/// Reads the header at the start of `bytes`. `what` names the array in messages. Throws NAC_DATA_LOSS for anything that
/// is no .npy header and NAC_UNSUPPORTED for big endian, Fortran order, objects, strings, records, complex numbers.
npy_header parse_npy_header(const unsigned char *bytes, std::size_t size, const std::string &what);

/// An array as it lies in the file; as<T>() converts.
class npy_array {
 public:
  npy_array() = default;
  /// `file`: the whole .npy file. Throws when the data is shorter or longer than the header says.
  npy_array(std::vector<unsigned char> file, const std::string &what);
  element type() const { return header_.type; }
  const std::vector<int64_t> &shape() const { return header_.shape; }
  uint64_t count() const { return header_.count(); }
  const unsigned char *data() const { return file_.data() + header_.offset; }
  const std::string &what() const { return what_; }

  /// The elements, row-major, as T (float, double, int64_t, int32_t, uint8_t, uint16_t). Throws NAC_INVALID_ARGUMENT
  /// when T is an integer and the file has floats, or when a value does not fit into T.
  template <class T>
  std::vector<T> as() const;
  /// Throws NAC_INVALID_ARGUMENT unless the shape is this one; -1 accepts any length.
  void expect_shape(const std::vector<int64_t> &wanted) const;

 private:
  std::vector<unsigned char> file_;
  npy_header header_;
  std::string what_;
};

npy_array read_npy(const std::filesystem::path &path);
/// "(3, 4)"
std::string shape_text(const std::vector<int64_t> &shape);
/// IEEE 754 half precision to single.
float half_to_float(uint16_t bits);

extern template std::vector<float> npy_array::as<float>() const;
extern template std::vector<double> npy_array::as<double>() const;
extern template std::vector<int64_t> npy_array::as<int64_t>() const;
extern template std::vector<int32_t> npy_array::as<int32_t>() const;
extern template std::vector<uint16_t> npy_array::as<uint16_t>() const;
extern template std::vector<uint8_t> npy_array::as<uint8_t>() const;

}  // namespace nac::data_io
