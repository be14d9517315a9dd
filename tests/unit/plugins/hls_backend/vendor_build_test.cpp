// SPDX-License-Identifier: Apache-2.0
//
// The vendor's programs are played by shell scripts.
#include "hls_backend/simulate/vendor_build.hpp"

#include <chrono>

#include "hls_backend/emit/project.hpp"
#include "nac/cpp/error.hpp"
#include "report_samples.hpp"
#include "sample_model.hpp"

using namespace nac::hls;
using namespace nac::hls::sample;

namespace {

/// A project, and a bin folder that is PATH; tools note their arguments and options.
struct stage {
  folder place;
  variable path{"PATH", place / "bin"};
  stage() {
    for (const file &f : script_files(dense_model())) place.write("prj/" + f.path, f.bytes);
    place.write("report", xml_of("DSP"));
  }
  void tool(const std::string &name, const std::string &more) const {
    place.write_program("bin/" + name, "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"" + name +
                                           " $* $NAC_HLS_OPTIONS\" > called\n" + more + "\n");
  }
  /// Leaves the report that a real one would.
  void good_tool(const std::string &name) const {
    tool(name, "mkdir -p " + kReports + "\ncp ../report " + kReports + "csynth.xml\necho INFO: done");
  }
  nac_status build(std::string *message = nullptr, const nac_call *call = nullptr) const {
    try {
      vendor_build(place / "prj", "csim=0 synth=1", nac::work(call));
    } catch (const nac::failure &e) {
      if (message != nullptr) *message = e.what();
      return e.status();
    }
    return NAC_OK;
  }
};

}  // namespace

TEST_CASE("vendor build: the first of the three programs builds, its report is read") {
  const stage s;
  std::string message;
  CHECK(s.build(&message) == NAC_UNAVAILABLE);
  for (const char *name : {"vitis-run", "vitis_hls", "vivado_hls"}) CHECK_THAT(message, Catch::Contains(name));

  s.good_tool("vivado_hls");
  CHECK(vendor_build(s.place / "prj", "csim=0 synth=1", nac::work(nullptr)).csynth == kCsynth);
  CHECK(s.place.read("prj/called") == "vivado_hls -f build_prj.tcl csim=0 synth=1\n");
  s.good_tool("vitis_hls");
  CHECK(s.build() == NAC_OK);
  CHECK(s.place.read("prj/called") == "vitis_hls -f build_prj.tcl csim=0 synth=1\n");
  s.good_tool("vitis-run");
  CHECK(s.build() == NAC_OK);
  CHECK(s.place.read("prj/called") == "vitis-run --mode hls --tcl build_prj.tcl csim=0 synth=1\n");
  CHECK(s.place.read("prj/build_prj.log") == "INFO: done\n");
}

TEST_CASE("vendor build: failures are told with the tool's own reason") {
  const stage s;
  std::string message;
  s.tool("vitis_hls", "echo INFO: start; echo 'ERROR: [HLS 200-70] no licence' >&2; echo after; exit 1");
  CHECK(s.build(&message) == NAC_INTERNAL);
  CHECK_THAT(message, Catch::Contains("[HLS 200-70] no licence") && Catch::Contains("build_prj.log"));
  s.tool("vitis_hls", "exit 0");
  CHECK(s.build(&message) == NAC_NOT_FOUND);  // it claims success but leaves no report
  CHECK_THAT(message, Catch::Contains("csynth.xml"));
  std::filesystem::remove(s.place / "prj/build_prj.tcl");
  CHECK(s.build(&message) == NAC_NOT_FOUND);
  CHECK_THAT(message, Catch::Contains("build_prj.tcl"));
}

TEST_CASE("vendor build: cancelled within a moment, reporting progress meanwhile") {
  const stage s;
  s.tool("vitis_hls", "sleep 300");
  struct watch {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    int reports = 0;
    std::string what;
  } seen;
  nac_call call{};
  call.struct_size = sizeof call;
  call.ctx = &seen;
  call.cancelled = [](const nac_call *c) { return static_cast<watch *>(c->ctx)->reports > 0; };
  call.progress = [](const nac_call *c, double, nac_str what) {
    auto *w = static_cast<watch *>(c->ctx);
    w->reports += 1;
    w->what.assign(what.data, what.size);
  };
  CHECK(s.build(nullptr, &call) == NAC_CANCELLED);
  CHECK_THAT(seen.what, Catch::Contains("vitis_hls"));
  CHECK(std::chrono::steady_clock::now() - seen.start < std::chrono::seconds(20));
}
