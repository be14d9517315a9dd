// SPDX-License-Identifier: Apache-2.0
//
// The scripts are run by tclsh with the vendor's commands replaced by ones that note how they were called.
#include <algorithm>

#include "hls_backend/emit/project.hpp"
#include "hls_backend/reports/text_table.hpp"
#include "hls_backend/simulate/process.hpp"
#include "sample_model.hpp"

using namespace nac::hls;

namespace {

const char *const kStubs = R"(
foreach name {open_project set_top add_files open_solution config_array_partition config_compile set_part create_clock
              set_clock_uncertainty csim_design csynth_design cosim_design export_design create_project generate_target
              get_ips update_compile_order synth_design get_ports opt_design report_utilization report_timing_summary} {
    proc $name {args} "
        set channel \[open calls.txt a\]
        puts \$channel \[string trimright \"$name \$args\"\]
        close \$channel
        if {\[info exists ::env(FAIL)\] && \$::env(FAIL) eq {$name}} { error {the stub fails} }
        return {}
    "
}
set argv0 $::env(TOOL_NAME)
set argv [list -f build_prj.tcl {*}[split $::env(TOOL_ARGUMENTS)]]
source $::env(SCRIPT)
)";

struct outcome {
  int status = 0;
  std::vector<std::string> calls;
  std::string log;
  bool called(const std::string &call) const { return std::find(calls.begin(), calls.end(), call) != calls.end(); }
};

outcome run_script(const sample::folder &place, const std::string &arguments, const std::string &tool = "vitis_hls",
                   std::vector<std::string> more = {}, const std::string &script = "build_prj.tcl") {
  std::filesystem::remove(place / "calls.txt");
  std::filesystem::remove(place / "log");
  place.write("stubs.tcl", kStubs);
  more.insert(more.end(), {"TOOL_NAME=" + tool, "TOOL_ARGUMENTS=" + arguments, "SCRIPT=" + script});
  outcome result;
  result.status = run({{"tclsh", "stubs.tcl"}, place.path(), place / "log", more, "tclsh"}, nac::work(nullptr));
  result.calls = lines_of(place.read("calls.txt"));
  result.log = place.read("log");
  return result;
}

void write_scripts(const sample::folder &place) {
  for (const file &f : script_files(sample::dense_model())) place.write(f.path, f.bytes);
}

}  // namespace

TEST_CASE("scripts: names, the same bytes each time, no blanks at line ends") {
  const auto files = script_files(sample::dense_model()), again = script_files(sample::dense_model());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    names.push_back(files[i].path);
    CHECK(files[i].bytes == again[i].bytes);
    CHECK(files[i].bytes.find(" \n") == std::string::npos);
    CHECK(files[i].bytes.back() == '\n');
  }
  CHECK(names == std::vector<std::string>{"build_prj.tcl", "build_opt.tcl", "project.tcl", "vivado_synth.tcl",
                                          "build_lib.sh", "nac_config.toml", "README.md"});
}

TEST_CASE("build_prj.tcl calls the tool's commands in order") {
  const sample::folder place;
  write_scripts(place);
  const std::vector<std::string> opening = {"open_project tiny_prj",
                                            "set_top tiny",
                                            "add_files firmware/tiny.cpp -cflags -std=c++14",
                                            "add_files -tb tiny_test.cpp -cflags -std=c++14",
                                            "add_files -tb firmware/weights",
                                            "add_files -tb tb_data",
                                            "open_solution solution1 -flow_target vivado",
                                            "config_compile -name_max_length 80",
                                            "set_part xcvu13p-flga2577-2-e",
                                            "create_clock -period 2.5 -name default",
                                            "set_clock_uncertainty 12.5% default"};
  SECTION("Vitis HLS, options in one argument") {
    auto expected = opening;
    expected.push_back("csynth_design");
    const outcome result = run_script(place, "csim=0 cosim=0");
    CHECK(result.status == 0);
    CHECK(result.calls == expected);
  }
  SECTION("options from the environment, as vitis-run needs it") {
    const outcome result = run_script(place, "", "vitis-run", {"NAC_HLS_OPTIONS=csim=0,synth=1,cosim=0,export=1"});
    CHECK(result.status == 0);
    REQUIRE(result.calls.size() == opening.size() + 2);
    CHECK(result.calls.back() == "export_design -format ip_catalog -version 1.0.0");
  }
  SECTION("Vivado HLS 2020.1 knows no flows and no C++14") {
    const outcome result = run_script(place, "reset=1 csim=1 synth=0 cosim=0", "/opt/bin/vivado_hls");
    CHECK(result.status == 0);
    CHECK(result.called("open_project -reset tiny_prj"));
    CHECK(result.called("open_solution -reset solution1"));
    CHECK(result.called("config_array_partition -maximum_size 4096"));
    CHECK(result.called("add_files firmware/tiny.cpp -cflags -std=c++0x"));
    CHECK(result.calls.back() == "csim_design");
  }
  SECTION("validation reads the co-simulation's report") {
    outcome result = run_script(place, "csim=0");
    CHECK(result.status == 1);
    CHECK(result.calls.back() == "cosim_design -rtl verilog -trace_level none");
    CHECK_THAT(result.log, Catch::Contains("tiny_prj/solution1/sim/report/tiny_cosim.rpt"));
    place.write("tiny_prj/solution1/sim/report/tiny_cosim.rpt",
                "|   Verilog|      Fail|  NA|  NA|  NA|  NA|  NA|  NA|\n");
    CHECK(run_script(place, "csim=0").status == 1);
    CHECK(run_script(place, "csim=0 validation=0").status == 0);
    place.write("tiny_prj/solution1/sim/report/tiny_cosim.rpt",
                "|   Verilog|      Pass|   9|   9|   9|   1|   1|   1|\n");
    CHECK(run_script(place, "csim=0").status == 0);
  }
  SECTION("what fails ends the script with an error") {
    const outcome result = run_script(place, "", "vitis_hls", {"FAIL=csynth_design"});
    CHECK(result.status == 1);
    CHECK(result.calls.back() == "csynth_design");
    CHECK_THAT(result.log, Catch::Contains("ERROR: the stub fails"));
  }
  SECTION("unknown options and values are named") {
    outcome result = run_script(place, "sinth=1");
    CHECK(result.status == 1);
    CHECK(result.calls.empty());
    CHECK_THAT(result.log,
               Catch::Contains("'sinth'") && Catch::Contains("cosim, csim, export, reset, synth, validation, vsynth"));
    CHECK_THAT(run_script(place, "synth=yes").log, Catch::Contains("0 or 1, not 'yes'"));
    CHECK_THAT(run_script(place, "", "vitis_hls", {"NAC_HLS_TOOL=hls"}).log, Catch::Contains("not 'hls'"));
  }
  SECTION("logic synthesis runs Vivado on the RTL") {
    const std::string path = place / "bin";
    place.write_program("bin/vivado", "#!/bin/sh\necho \"$@\" > vivado_arguments\necho report > vivado_synth.rpt\n");
    const nac::hls::sample::variable with("PATH", path + ":" + std::getenv("PATH"));
    outcome result = run_script(place, "csim=0 synth=0 cosim=0 vsynth=1");
    CHECK(result.status == 1);
    CHECK_THAT(result.log, Catch::Contains("run with synth=1 first"));
    place.write("tiny_prj/solution1/syn/verilog/tiny.v", "");
    CHECK(run_script(place, "csim=0 synth=0 cosim=0 vsynth=1").status == 0);
    CHECK_THAT(place.read("vivado_arguments"), Catch::Contains("-mode batch") && Catch::Contains("vivado_synth.tcl"));
  }
}

TEST_CASE("vivado_synth.tcl synthesizes out of context and reports") {
  const sample::folder place;
  write_scripts(place);
  place.write("tiny_prj/solution1/syn/verilog/tiny_fdiv_ip.tcl", "open_project from_ip");
  const outcome result = run_script(place, "", "vivado", {}, "vivado_synth.tcl");
  CHECK(result.status == 0);
  CHECK(result.called("open_project from_ip"));
  CHECK(result.called("synth_design -top tiny -part xcvu13p-flga2577-2-e -mode out_of_context"));
  CHECK(result.called("report_utilization -file vivado_synth.rpt"));
}

TEST_CASE("build_lib.sh compiles the bridge; AP_TYPES picks the headers") {
  const sample::folder place;
  write_scripts(place);
  place.write("firmware/ap_types/which.h", "#define WHICH 1\n");
  place.write("other types/which.h", "#error other headers\n");
  place.write("firmware/tiny.cpp", "int from_firmware() { return 1; }\n");
  place.write(
      "tiny_bridge.cpp",
      "#include \"which.h\"\nint from_firmware();\nextern \"C\" int nac_simulate() { return from_firmware(); }\n");
  const auto build = [&](const std::vector<std::string> &environment) {
    return run({{"sh", place / "build_lib.sh"}, "", place / "log", environment, "sh"}, nac::work(nullptr));
  };
  CHECK(build({}) == 0);
  CHECK(std::filesystem::exists(place / "libtiny.so"));
  CHECK(build({"AP_TYPES=" + (place / "other types")}) != 0);
  CHECK_THAT(place.read("log"), Catch::Contains("other headers"));
}
