// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::fw::libtorch {

struct BlasInfo {
  std::string name;        ///< "OpenBLAS 0.3.21", "reference BLAS (libblas.so.3.11.0)"
  bool reference = false;  ///< the netlib implementation, many times slower than the others
};
/// The library whose sgemm_ this engine's LibTorch really calls, whatever the package manager's links say.
BlasInfo find_blas();

}  // namespace nac::fw::libtorch
