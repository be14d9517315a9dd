// SPDX-License-Identifier: Apache-2.0
#include "sgemm.hpp"

#include <dlfcn.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "clock.hpp"

namespace nac::fw::training {
namespace {

using Sgemm = void (*)(const char *, const char *, const int *, const int *, const int *, const float *, const float *,
                       const int *, const float *, const int *, const float *, float *, const int *);

Sgemm find_sgemm() {
  void *library = dlopen("libblas.so.3", RTLD_LAZY);
  void *sgemm = library != nullptr ? dlsym(library, "sgemm_") : nullptr;
  if (sgemm == nullptr) throw Error("no sgemm_ in libblas.so.3 (Debian: apt-get install libopenblas0-pthread)");
  if (void *limit = dlsym(library, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(limit)(1);
  return reinterpret_cast<Sgemm>(sgemm);
}

}  // namespace

double sgemm_rate(double seconds) {
  static const Sgemm sgemm = find_sgemm();
  constexpr int kSize = 512;
  std::vector<float> a(kSize * kSize), b(kSize * kSize), c(kSize * kSize);
  uint32_t state = 1;
  for (std::vector<float> *values : {&a, &b})
    for (float &v : *values) v = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1.0p-24F;
  const float one = 1, zero = 0;
  const auto multiply = [&] {
    sgemm("N", "N", &kSize, &kSize, &kSize, &one, a.data(), &kSize, b.data(), &kSize, &zero, c.data(), &kSize);
  };
  multiply();
  int64_t count = 0;
  const double begin = cpu_seconds();
  double passed = 0;
  while (passed < seconds) {
    multiply();
    ++count;
    passed = cpu_seconds() - begin;
  }
  return 2e-9 * kSize * kSize * kSize * static_cast<double>(count) / passed;
}

}  // namespace nac::fw::training
