// SPDX-License-Identifier: Apache-2.0
#include "npy.hpp"

#include <fstream>

#include "base/error.hpp"

namespace nac::fw::training {

void write_npy(const std::string &path, const Tensor &tensor) {
  if (tensor.dtype() != DType::f32 && tensor.dtype() != DType::i64)
    throw Error(path + ": only float32 and int64 are written, not " + name_of(tensor.dtype()));
  std::string shape;
  for (const int64_t n : tensor.shape()) shape += std::to_string(n) + ",";
  std::string header = std::string("{'descr': '") + (tensor.dtype() == DType::f32 ? "<f4" : "<i8") +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::size_t kPreamble = 10;  // magic, version, length
  header.append(63 - (kPreamble + header.size()) % 64, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file << "\x93NUMPY" << '\x01' << '\0' << static_cast<char>(header.size() % 256)
       << static_cast<char>(header.size() / 256) << header;
  file.write(static_cast<const char *>(tensor.raw()), static_cast<std::streamsize>(tensor.bytes()));
  if (!file.flush()) throw Error("cannot write " + path);
}

}  // namespace nac::fw::training
