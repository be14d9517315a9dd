// SPDX-License-Identifier: Apache-2.0
//
// Do concurrent matrix products of a BLAS interfere? Two threads repeat one product and compare it with the result of
// an undisturbed one. Prints how many differ and the time.
//   c++ -O2 bench/blas/concurrent_gemm.cpp -o /tmp/gemm /usr/lib/x86_64-linux-gnu/openblas-serial/libopenblas.so.0
//   LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-serial /tmp/gemm
//   OPENBLAS_NUM_THREADS=1 LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-pthread /tmp/gemm
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

extern "C" void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *,
                            int);

namespace {
constexpr int kRows = 256, kColumns = 64, kInner = 200, kRepeats = 20000;

std::vector<float> product(const std::vector<float> &a, const std::vector<float> &b) {
  std::vector<float> c(kRows * kColumns);
  cblas_sgemm(101, 111, 111, kRows, kColumns, kInner, 1.0F, a.data(), kInner, b.data(), kColumns, 0.0F, c.data(),
              kColumns);
  return c;
}
}  // namespace

int main() {
  std::vector<float> a(kRows * kInner), b(kInner * kColumns);
  unsigned state = 1;
  for (auto *values : {&a, &b})
    for (float &v : *values) v = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1.0p-24F;
  const std::vector<float> expected = product(a, b);
  int wrong[2] = {0, 0};
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int &count : wrong)
    threads.emplace_back([&] {
      for (int i = 0; i < kRepeats; ++i) count += product(a, b) != expected ? 1 : 0;
    });
  for (std::thread &thread : threads) thread.join();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%d of %d products wrong, %.2f s\n", wrong[0] + wrong[1], 2 * kRepeats, seconds.count());
  return wrong[0] + wrong[1] == 0 ? 0 : 1;
}
