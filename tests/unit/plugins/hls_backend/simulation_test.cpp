// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/simulation.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include "hls_backend/simulate/compiler.hpp"
#include "hls_backend/simulate/library_cache.hpp"
#include "hls_backend/simulate/process.hpp"
#include "nac/cpp/error.hpp"
#include "sample_model.hpp"

using namespace nac::hls;
using namespace nac::hls::sample;
namespace fs = std::filesystem;

namespace {

/// y[0] = factor * (x[0] + x[1]), y[1] = what ap_types/scale.h says. The factor is a static of an inline function,
/// which two simulations in one process must not share.
std::vector<file> project(const std::string &factor) {
  return {
      {"firmware/ap_types/scale.h", "#define SCALE 7\n"},
      {"firmware/tiny.h", "double top(float a, float b);\n"},
      {"firmware/tiny.cpp",
       "#include \"tiny.h\"\ninline double &factor() { static double f = " + factor +
           "; return f; }\n#pragma HLS PIPELINE\ndouble top(float a, float b) { return factor() * (a + b); }\n"},
      {"tiny_bridge.cpp",
       "#include \"firmware/tiny.h\"\n#include \"scale.h\"\nextern \"C\" int nac_simulate(const float *const *in, "
       "double "
       "*const *out, unsigned long long rows) {\n  for (unsigned long long r = 0; r < rows; ++r) {\n    if "
       "(in[0][2 * r] == -999) return 3;\n    out[0][2 * r] = top(in[0][2 * r], in[0][2 * r + 1]);\n    out[0][2 * r "
       "+ 1] = SCALE;\n  }\n  return 0;\n}\n"},
      {"tiny_test.cpp", "not compiled, not part of the key"}};
}

model in_cache(const std::string &folder) {
  model m = dense_model();
  m.how.cache = folder;
  return m;
}

std::vector<std::string> names_in(const std::string &folder, const std::string &extension) {
  std::vector<std::string> names;
  for (const auto &item : fs::directory_iterator(folder))
    if (item.path().extension() == extension) names.push_back(item.path().filename().string());
  return names;
}

/// A call that is cancelled `delay` after it was made.
struct cancelling {
  explicit cancelling(std::chrono::milliseconds delay) : end(std::chrono::steady_clock::now() + delay) {
    raw.struct_size = sizeof raw;
    raw.ctx = this;
    raw.cancelled = [](const nac_call *call) {
      return std::chrono::steady_clock::now() > static_cast<cancelling *>(call->ctx)->end;
    };
  }
  std::chrono::steady_clock::time_point end;
  nac_call raw{};
};

nac_status status_of(const std::function<void()> &f, std::string *message = nullptr) {
  try {
    f();
  } catch (const nac::failure &e) {
    if (message != nullptr) *message = e.what();
    return e.status();
  }
  return NAC_OK;
}

const nac::work kCall(nullptr);

}  // namespace

TEST_CASE("simulation: compiled once per content, two of them do not share statics") {
  const folder place;
  const model m = in_cache(place / "cache");
  std::vector<float> x;
  for (int i = 0; i < 2 * 5000; ++i) x.push_back(static_cast<float>(i));
  const auto check = [&](const simulation &s, double factor) {
    const auto y = s.run({x.data()}, 5000, kCall);
    REQUIRE(y.size() == 1);
    REQUIRE(y[0].size() == 10000);
    int wrong = 0;
    for (std::size_t r = 0; r < 5000; ++r)
      wrong += y[0][2 * r] != factor * static_cast<double>(4 * r + 1) || y[0][2 * r + 1] != 7;
    CHECK(wrong == 0);
  };
  const simulation three(project("3"), m, kCall), five(project("5"), m, kCall);
  check(three, 3);
  check(five, 5);
  CHECK(three.run({x.data()}, 0, kCall)[0].empty());
  CHECK(names_in(place / "cache", ".so").size() == 2);

  {  // A compiler that compiles a project only once.
    const std::string gate = place / "compiled";
    place.write_program("once", "#!/bin/sh\nif test \"$1\" != --version; then test -e " + gate + " && exit 9; touch " +
                                    gate + "; fi\nexec g++ \"$@\"\n");
    const variable cxx("CXX", place / "once");
    check(simulation(project("3"), m, kCall), 3);
    check(simulation(project("3"), m, kCall), 3);
    CHECK(status_of([&] { simulation(project("4"), m, kCall); }) == NAC_INTERNAL);
  }
  CHECK_THROWS_WITH(three.run({x.data(), x.data()}, 1, kCall), Catch::Contains("2 inputs"));
  x[2 * 700] = -999;
  CHECK_THROWS_WITH(three.run({x.data()}, 5000, kCall), Catch::Contains("status 3"));
}

TEST_CASE("simulation: a damaged entry is built anew, foreign headers are part of the key") {
  const folder place;
  model m = in_cache(place / "cache");
  simulation(project("2"), m, kCall);
  const auto names = names_in(place / "cache", ".so");
  REQUIRE(names.size() == 1);
  const std::string entry = place / ("cache/" + names[0]);
  for (const auto &damage : {+[](std::string &b) { b[b.size() / 2] ^= 1; }, +[](std::string &b) { b.resize(100); },
                             +[](std::string &b) { b.clear(); }}) {
    std::string bytes = place.read("cache/" + names[0]);
    damage(bytes);
    fs::remove(entry);
    place.write("cache/" + names[0], bytes);
    const simulation again(project("2"), m, kCall);
    const float x[2] = {1, 2};
    CHECK(again.run({x}, 1, kCall)[0] == std::vector<double>{6, 7});
    CHECK(fs::file_size(entry) > 1000);
  }
  place.write("vendor/scale.h", "#define SCALE 8\n");
  m.how.ap_types = place / "vendor";
  const float x[2] = {1, 2};
  CHECK(simulation(project("2"), m, kCall).run({x}, 1, kCall)[0][1] == 8);
  place.write("vendor/scale.h", "#define SCALE 9\n");
  CHECK(simulation(project("2"), m, kCall).run({x}, 1, kCall)[0][1] == 9);
  m.how.ap_types = place / "none";
  CHECK(status_of([&] { simulation(project("2"), m, kCall); }) == NAC_INVALID_ARGUMENT);
}

TEST_CASE("simulation: errors name their cause and leave nothing behind but the log") {
  const folder place;
  const model m = in_cache(place / "cache");
  std::string message;
  CHECK(status_of([&] { simulation(project("no_such_name"), m, kCall); }, &message) == NAC_INTERNAL);
  CHECK_THAT(message, Catch::Contains("error:") && Catch::Contains("no_such_name"));
  const auto logs = names_in(place / "cache", ".log");
  REQUIRE(logs.size() == 1);
  CHECK_THAT(message, Catch::Contains(logs[0]));
  CHECK_THAT(place.read("cache/" + logs[0]), Catch::Contains("no_such_name"));

  auto files = project("1");
  files[3].bytes = "int other;\n";
  CHECK(status_of([&] { simulation(files, m, kCall); }, &message) == NAC_INTERNAL);
  CHECK_THAT(message, Catch::Contains("nac_simulate"));
  CHECK(names_in(place / "cache", ".so").empty());
  CHECK(std::distance(fs::directory_iterator(place / "cache"), fs::directory_iterator()) == 1);

  {
    const variable cxx("CXX", "no-such-compiler -m64");
    CHECK(status_of([&] { simulation(project("1"), m, kCall); }, &message) == NAC_UNAVAILABLE);
    CHECK_THAT(message, Catch::Contains("no-such-compiler"));
  }
  {
    const variable cxx("CXX", std::nullopt), path("PATH", place.path());
    CHECK(status_of([&] { simulation(project("1"), m, kCall); }, &message) == NAC_UNAVAILABLE);
    CHECK_THAT(message, Catch::Contains("g++") && Catch::Contains("clang++"));
  }
  place.write("file", "");
  CHECK(status_of([&] { simulation(project("1"), in_cache(place / "file/below"), kCall); }) == NAC_RESOURCE_EXHAUSTED);
}

TEST_CASE("simulation: cancelling ends the compiler and what it started, at once") {
  const folder place;
  place.write_program("slow",
                      "#!/bin/sh\nif test \"$1\" = --version; then echo slow 1.0; exit; fi\n"
                      "sleep 300 &\necho $! > " +
                          place / "pid" + "\nwait\n");
  const variable cxx("CXX", place / "slow");
  const cancelling soon(std::chrono::milliseconds(400));
  const auto start = std::chrono::steady_clock::now();
  CHECK(status_of([&] { simulation(project("1"), in_cache(place / "cache"), nac::work(&soon.raw)); }) == NAC_CANCELLED);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  const int child = std::stoi(place.read("pid"));
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string number, name, state;
    gone = !(stat >> number >> name >> state) || state == "Z" || name != "(sleep)";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(gone);
  CHECK(fs::is_empty(place / "cache"));
}

TEST_CASE("simulation: several at a time in one cache do not disturb each other") {
  const folder place;
  const model m = in_cache(place / "cache");
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const float x[2] = {1, 2};
      right += simulation(project("11"), m, kCall).run({x}, 1, kCall)[0][0] == 33;
    });
  for (std::thread &t : threads) t.join();
  CHECK(right == 4);
  CHECK(std::distance(fs::directory_iterator(place / "cache"), fs::directory_iterator()) == 1);
}

TEST_CASE("cache: where it is, and how large it becomes") {
  const folder place;
  {
    const variable xdg("XDG_CACHE_HOME", place / "xdg"), home("HOME", place / "home");
    CHECK(library_cache("").folder() == place / "xdg/nac/hls");
    const variable none("XDG_CACHE_HOME", std::nullopt);
    CHECK(library_cache("").folder() == place / "home/.cache/nac/hls");
    const variable no_home("HOME", std::nullopt);
    CHECK(status_of([] { library_cache(""); }) == NAC_INVALID_ARGUMENT);
  }
  const library_cache cache(place / "cache", {3, 10000});
  const auto add = [&](const std::string &key, std::size_t size) {
    place.write("cache/new", std::string(size, 'x'));
    cache.insert(key, place / "cache/new");
    // Ages differ by more than any file system's resolution.
    for (const auto &item : fs::directory_iterator(place / "cache"))
      fs::last_write_time(item.path(), item.last_write_time() - std::chrono::seconds(10));
  };
  for (const char *key : {"a", "b", "c"}) add(key, 100);
  CHECK(cache.find("a"));  // used: "b" is the oldest now
  add("d", 100);
  CHECK_FALSE(cache.find("b"));
  CHECK((cache.find("a") && cache.find("c") && cache.find("d")));
  add("large", 9950);
  CHECK(names_in(place / "cache", ".so") == std::vector<std::string>{"large.so"});
  fs::create_directories(place / "cache/build-old");
  fs::last_write_time(place / "cache/build-old", fs::file_time_type::clock::now() - std::chrono::hours(25));
  fs::create_directories(place / "cache/build-new");
  add("e", 1);
  CHECK_FALSE(fs::exists(place / "cache/build-old"));
  CHECK(fs::exists(place / "cache/build-new"));
}

TEST_CASE("processes: status, signals, folder, variables, programs") {
  const folder place;
  const auto sh = [&](const std::string &script) {
    return run({{"sh", "-c", script}, place.path(), place / "log", {"H6=b c", "PATH=/usr/bin:/bin"}, "sh"}, kCall);
  };
  CHECK(sh("echo \"$H6\"; pwd; echo wrong >&2; exit 7") == 7);
  CHECK(place.read("log") == "b c\n" + fs::canonical(place.path()).string() + "\nwrong\n");
  CHECK(sh("kill -TERM $$") == 128 + 15);
  CHECK(status_of([&] { run({{"no-such-program"}, "", place / "log", {}, ""}, kCall); }) == NAC_UNAVAILABLE);
  place.write("data", "");
  CHECK_FALSE(find_program(place / "data"));
  place.write_program("tool", "");
  const variable path("PATH", "relative::" + place.path());
  CHECK(find_program("tool") == place / "tool");
  CHECK_FALSE(find_program("data"));
}

TEST_CASE("the first error of a compiler's output") {
  CHECK(first_error("In file x:\na.cpp:1:2: error: bad\nb: error: worse\n") == "a.cpp:1:2: error: bad");
  CHECK(first_error("ld: x.o: undefined reference to `f'\ncollect2: error: ld\n") ==
        "ld: x.o: undefined reference to `f'");
  CHECK(first_error("Killed\n\n") == "Killed");
  CHECK_FALSE(first_error("").empty());
}
