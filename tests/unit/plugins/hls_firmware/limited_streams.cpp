// SPDX-License-Identifier: Apache-2.0
#include "limited_streams.hpp"

#include <sstream>

namespace hls_tests {

const char *const kCountingStream = R"(#pragma once
#define stream plain_stream
#include_next "hls_stream.h"
#undef stream
inline long long leftover = 0;
namespace hls {
template <class T>
struct stream : plain_stream<T> {
  using plain_stream<T>::plain_stream;
  ~stream() { leftover += static_cast<long long>(this->size()); }
};
}
)";

const char *const kBlockingStream = R"(#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
inline std::atomic<long long> leftover{0};
inline std::atomic<bool> stuck{false};
namespace hls {
template <class T>
struct stream {
  std::size_t depth = 1u << 30;
  explicit stream(const char *) {}
  stream() = default;
  ~stream() { leftover += static_cast<long long>(words.size()); }
  T read() {
    std::unique_lock<std::mutex> lock(mutex);
    wait(lock, [&] { return !words.empty(); });
    T word = words.front();
    words.pop_front();
    changed.notify_all();
    return word;
  }
  void write(const T &word) {
    std::unique_lock<std::mutex> lock(mutex);
    wait(lock, [&] { return words.size() < depth; });
    words.push_back(word);
    changed.notify_all();
  }
 private:
  std::deque<T> words;
  std::mutex mutex;
  std::condition_variable changed;
  template <class F> void wait(std::unique_lock<std::mutex> &lock, F ready) {
    if (changed.wait_for(lock, std::chrono::seconds(5), ready)) return;
    stuck = true;
    throw 0;
  }
};
}
)";

std::string in_threads(const std::string &source) {
  std::istringstream lines(source);
  std::string result = "static unsigned long long samples_in_run = 0;\n", line;
  while (std::getline(lines, line)) {
    const std::string depth = "#pragma HLS STREAM variable=";
    if (line.rfind(depth, 0) == 0) {
      const std::size_t space = line.find(' ', depth.size());
      result += line.substr(depth.size(), space - depth.size()) + "." + line.substr(space + 1) + ";\n";
    } else if (line.rfind("  nac::", 0) == 0 || line.find("_concat(") != std::string::npos) {
      result += "threads.emplace_back([&] { try { for (unsigned long long s = 0; s < samples_in_run; ++s)" + line +
                " } catch (int) {} });\n";
    } else if (line == "}") {
      result += "for (std::thread &t : threads) t.join();\n}\n";
    } else if (line == "#pragma HLS DATAFLOW") {
      result += "std::vector<std::thread> threads;\n";
    } else {
      result += line + "\n";
    }
  }
  return result;
}

std::string concurrent_driver(const std::string &number) {
  return "extern \"C\" int nac_concurrent_" + number + R"((const float *const *inputs, double *const *outputs,
    unsigned long long rows) {
  sample all;
  for (unsigned long long row = 0; row < rows; row++) {
    const float *in[sizeof input_sizes / sizeof input_sizes[0]];
    for (unsigned i = 0; i < sizeof in / sizeof in[0]; i++) in[i] = inputs[i] + row * input_sizes[i];
    all.put(in);
  }
  samples_in_run = rows;
  all.run();
  if (stuck.exchange(false)) return 2;
  for (unsigned long long row = 0; row < rows; row++) {
    collection results = {outputs, row};
    all.take(results);
  }
  return 0;
}
)";
}

}  // namespace hls_tests
