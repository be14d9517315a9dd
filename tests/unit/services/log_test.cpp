// SPDX-License-Identifier: Apache-2.0
#include "services/log.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "services/host.hpp"

using namespace nac::fw;

namespace {

/// Collects lines while it lives.
struct Capture {
  std::vector<LogLine> lines;
  LogSink former = set_log_sink([this](const LogLine &line) { lines.push_back(line); });
  int32_t level = log_threshold();
  ~Capture() {
    set_log_sink(former);
    set_log_threshold(level);
  }
};

}  // namespace

TEST_CASE("a plugin's lines carry its name and respect the threshold") {
  Capture capture;
  Host::Options options;
  options.plugin = "org.example.t";
  const Host host(options);
  const nac_log_service &t = log_service();
  CHECK(t.threshold(host.get()) == NAC_LOG_INFO);
  t.write(host.get(), NAC_LOG_DEBUG, {"no", 2});
  t.write(host.get(), NAC_LOG_WARNING, {"careful\x1b[1m", 11});
  t.write(host.get(), 99, {"odd", 3});
  t.write(host.get(), NAC_LOG_INFO, {nullptr, 0});
  t.write(nullptr, NAC_LOG_INFO, {"who", 3});
  REQUIRE(capture.lines.size() == 4);
  CHECK(capture.lines[0].source == "org.example.t");
  CHECK(capture.lines[0].text == "careful [1m");
  CHECK(capture.lines[1].level == NAC_LOG_ERROR);
  CHECK(capture.lines[3].source == "plugin");
  set_log_threshold(NAC_LOG_ERROR);
  t.write(host.get(), NAC_LOG_WARNING, {"no", 2});
  CHECK(capture.lines.size() == 4);
}

TEST_CASE("a line after the last deinit is called a defect") {
  Capture capture;
  Host host;
  host.close();
  log_service().write(host.get(), NAC_LOG_INFO, {"late", 4});
  REQUIRE(capture.lines.size() == 2);
  CHECK_THAT(capture.lines[0].text, Catch::Matchers::Contains("after its last deinit"));
}
