// SPDX-License-Identifier: Apache-2.0
#include "torch/failure.hpp"

#include <c10/util/Exception.h>

#include <new>

#include "base/error.hpp"
#include "engine/training_loop.hpp"

namespace nac::fw::libtorch {

bool is_out_of_memory(const std::exception &e) {
  if (dynamic_cast<const std::bad_alloc *>(&e) != nullptr) return true;
  const auto *torch = dynamic_cast<const c10::Error *>(&e);
  if (torch == nullptr) return false;
  // LibTorch's CPU allocator throws a plain Error, its older CUDA code as well.
  const std::string text = torch->what_without_backtrace();
  for (const char *sign : {"can't allocate memory", "not enough memory", "out of memory", "alloc_cpu"})
    if (text.find(sign) != std::string::npos) return true;
  return false;
}

void throw_described(const std::exception &e, const std::string &failed_at) {
  const auto *torch = dynamic_cast<const c10::Error *>(&e);
  if (torch == nullptr) throw;
  throw Error("LibTorch failed" + (failed_at.empty() ? "" : " in " + failed_at) + ": " +
              first_line(torch->what_without_backtrace()));
}

}  // namespace nac::fw::libtorch
