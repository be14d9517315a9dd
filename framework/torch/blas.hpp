// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::fw::libtorch {

struct BlasInfo {
  std::string name;        ///< "OpenBLAS 0.3.21", "reference BLAS (libblas.so.3.11.0)"
  bool reference = false;  ///< the netlib implementation, many times slower than the others
  /// Calls from several threads at once are allowed. OpenBLAS built without threads (Debian: libopenblas0-serial) hands
  /// the same scratch buffer to two callers and returns wrong products, seldom enough to go unnoticed.
  bool concurrent = true;
};
/// The library whose sgemm_ this engine's LibTorch really calls, whatever the package manager's links say.
BlasInfo find_blas();
/// Keeps a multi-threaded OpenBLAS to the calling thread: trainings run side by side instead, and its worker threads
/// would fight with them.
void limit_blas_threads();

}  // namespace nac::fw::libtorch
