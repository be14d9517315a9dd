// SPDX-License-Identifier: Apache-2.0
#include "stream_firmware.hpp"

#include <dlfcn.h>
#include <stdlib.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hls_tests {
namespace {

using namespace nac::hls;
namespace fs = std::filesystem;

/// Streams of the stand-in that count what is left in them.
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

/// Streams of limited depth between threads. Nothing waits longer than a few seconds.
const char *const kBlockingStream = R"(#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
inline long long leftover = 0;
inline bool stuck = false;
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

/// The top function with its calls in threads, each for all samples.
std::string in_threads(const std::string &function) {
  std::istringstream lines(function);
  std::string result = "#include <thread>\n#include <vector>\nstatic long long samples_in_run = 0;\n", line;
  while (std::getline(lines, line)) {
    const std::string depth = "#pragma HLS STREAM variable=";
    if (line.rfind(depth, 0) == 0) {
      const std::size_t space = line.find(' ', depth.size());
      result += line.substr(depth.size(), space - depth.size()) + "." + line.substr(space + 1) + ";\n";
    } else if (line.rfind("  nac::", 0) == 0 || line.find("_concat(") != std::string::npos) {
      result += "threads.emplace_back([&] { try { for (long long s = 0; s < samples_in_run; ++s)" + line +
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

const char *const kMoves = R"(
template <class W> void push(hls::stream<W> &s, int words, const double *&from) {
  for (int w = 0; w < words; ++w) {
    W word;
    for (unsigned i = 0; i < W::size; ++i) word[i] = *from++;
    s.write(word);
  }
}
template <class W> void pop(hls::stream<W> &s, int words, int fraction, long long *&to) {
  for (int w = 0; w < words; ++w) {
    const W word = s.read();
    for (unsigned i = 0; i < W::size; ++i) *to++ = std::llround(std::ldexp(word[i].to_double(), fraction));
  }
}
)";

std::string word_type(const port &p) { return "nac::array<" + p.type + ", " + std::to_string(p.word) + ">"; }

/// run(): samples in, integers out, all in the order in which they travel.
std::string bridge(const design &d, const std::string &project, bool concurrent) {
  std::string streams, in, out, arguments;
  const auto add = [&](const port &p) {
    streams += "  hls::stream<" + word_type(p) + "> " + p.name + ";\n";
    arguments += (arguments.empty() ? "" : ", ") + p.name;
    return p.name + ", " + std::to_string(p.size / p.word) + ", ";
  };
  for (const port &p : d.inputs) in += "      push(" + add(p) + "in);\n";
  for (const port &p : d.outputs) out += "      pop(" + add(p) + std::to_string(p.element.fraction()) + ", out);\n";
  return kMoves + std::string("extern \"C\" long long left() { return leftover; }\n") +
         "extern \"C\" int run(const double *in, long long *out, long long rows) try {\n" + streams +
         "  const long long together = " + (concurrent ? "rows" : "1") + ";\n" +
         "  for (long long r = 0; r < rows; r += together) {\n" + (concurrent ? "    samples_in_run = rows;\n" : "") +
         "    for (long long i = 0; i < together; ++i) {\n" + in + "    }\n    " + project + "(" + arguments + ");\n" +
         (concurrent ? "    if (stuck) return 2;\n" : "") + "    for (long long i = 0; i < together; ++i) {\n" + out +
         "    }\n  }\n  return 0;\n} catch (...) {\n" + "  return 1;\n}\n";
}

void write(const fs::path &path, const std::string &text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

stream_firmware::stream_firmware(const model &m, bool concurrent) : design_(stream_design(m)) {
  char name[] = "/tmp/nac_stream_XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  const fs::path folder = folder_;
  for (const file &f : design_.weights) write(folder / f.path, f.bytes);
  write(folder / "hls_stream.h", concurrent ? kBlockingStream : kCountingStream);
  write(folder / "firmware/all.cpp",
        "#include <cmath>\n#include \"hls_stream.h\"\n#include \"ap_fixed.h\"\n#include \"nac_utils/nac_array.h\"\n" +
            design_.defines + design_.parameters + (concurrent ? in_threads(design_.function) : design_.function) +
            bridge(design_, m.how.project, concurrent));
  const std::string plugin = std::string(NAC_SOURCE_DIR) + "/plugins/hls_backend";
  const std::string command =
      "g++ -std=c++17 -O1 -fno-gnu-unique -fPIC -shared -pthread -Wall -Wextra -Werror -Wno-unknown-pragmas "
      "-Wno-unused-label "
      "-Wno-maybe-uninitialized -I" +
      folder_ + " -I" + folder_ + "/firmware -I" + plugin + " -I" + plugin + "/ap_types " + folder_ +
      "/firmware/all.cpp -o " + folder_ + "/all.so 2> " + folder_ + "/errors";
  const auto start = std::chrono::steady_clock::now();
  if (std::system(command.c_str()) != 0) {
    std::stringstream errors;
    errors << std::ifstream(folder_ + "/errors").rdbuf();
    throw std::runtime_error("the firmware does not compile:\n" + errors.str().substr(0, 4000));
  }
  compile_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  library_ = ::dlopen((folder_ + "/all.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) throw std::runtime_error(::dlerror());
}

stream_firmware::~stream_firmware() {
  if (library_ != nullptr) ::dlclose(library_);
  std::error_code ignored;
  if (::getenv("NAC_KEEP_FIRMWARE") == nullptr) fs::remove_all(folder_, ignored);
}

int64_t stream_firmware::leftover() const { return reinterpret_cast<long long (*)()>(::dlsym(library_, "left"))(); }

std::vector<std::vector<std::vector<int64_t>>> stream_firmware::run(
    const std::vector<std::vector<std::vector<double>>> &samples) {
  std::vector<double> in;
  std::size_t outputs = 0;
  for (const port &p : design_.outputs) outputs += static_cast<std::size_t>(p.size);
  for (const auto &sample : samples)
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (const int64_t element : design_.inputs[i].order) in.push_back(sample[i][static_cast<std::size_t>(element)]);
  std::vector<long long> out(samples.size() * outputs);
  const auto run = reinterpret_cast<int (*)(const double *, long long *, long long)>(::dlsym(library_, "run"));
  const int status = run(in.data(), out.data(), static_cast<long long>(samples.size()));
  if (status != 0) throw std::runtime_error(status == 2 ? "the firmware waits for ever" : "an empty stream is read");
  std::vector<std::vector<std::vector<int64_t>>> result(samples.size());
  std::size_t next = 0;
  for (auto &sample : result)
    for (const port &p : design_.outputs) {
      std::vector<int64_t> values(p.order.size());
      for (const int64_t element : p.order) values[static_cast<std::size_t>(element)] = out[next++];
      sample.push_back(std::move(values));
    }
  return result;
}

}  // namespace hls_tests
