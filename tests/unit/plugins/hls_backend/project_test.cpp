// SPDX-License-Identifier: Apache-2.0
//
// The text of projects.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "hls_backend/emit/project.hpp"
#include "hls_backend/emit/stream_plan.hpp"
#include "sample_models.hpp"
#include "stream_models.hpp"

using namespace nac::hls;
using namespace hls_tests;

namespace {

std::string text_of(const std::vector<file> &files, const std::string &path) {
  for (const file &f : files)
    if (f.path == path) return f.bytes;
  FAIL("the project has no " << path);
  return "";
}

}  // namespace

TEST_CASE("the network is one pipeline, or a dataflow with one reader of every array") {
  const auto top = [](const model &m) { return text_of(project_files(m), "firmware/nac_model.cpp"); };
  options how;
  how.reuse_factor = 3;
  const std::string pipeline = top(find_sample("mlp").make(how));
  CHECK_THAT(pipeline, Catch::Contains("#pragma HLS PIPELINE II=3\n\n") && !Catch::Contains("DATAFLOW"));

  const std::string dataflow = top(find_sample("attention").make({}));
  REQUIRE_THAT(dataflow, Catch::Contains("#pragma HLS DATAFLOW"));
  std::istringstream lines(dataflow.substr(dataflow.find("void nac_model(")));
  std::vector<std::string> arrays, calls;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("  layer", 0) == 0 && line.find("[N_") != std::string::npos)
      arrays.push_back(line.substr(line.find(' ', 2) + 1, line.find('[') - line.find(' ', 2) - 1));
    else if (line.rfind("  ", 0) == 0)
      calls.push_back(line);
  }
  CHECK(arrays.size() > 10);
  for (const std::string &array : arrays) {
    INFO(array);
    const auto uses = std::count_if(calls.begin(), calls.end(), [&](const std::string &call) {
      return call.find(" " + array + ",") != std::string::npos || call.find(" " + array + ")") != std::string::npos ||
             call.find("(" + array + ",") != std::string::npos;
    });
    CHECK(uses == 2);
  }
}

TEST_CASE("projects have no file twice, ASCII text, and the same bytes each time") {
  options how;
  how.io = GENERATE(io_type::parallel, io_type::stream);
  for (const sample_model &sample : sample_models()) {
    const model m = sample.make(how);
    const std::vector<file> files = project_files(m), again = project_files(m);
    REQUIRE(files.size() == again.size());
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files.size(); ++i) {
      CHECK(files[i].path == again[i].path);
      CHECK(files[i].bytes == again[i].bytes);
      CHECK(std::all_of(files[i].bytes.begin(), files[i].bytes.end(), [](char c) { return c > 0; }));
      paths.push_back(files[i].path);
      std::istringstream lines(files[i].bytes);
      for (std::string line; std::getline(lines, line);)
        if (line.find("#pragma HLS") != std::string::npos && line.find(" = ") != std::string::npos)
          FAIL_CHECK(files[i].path << ": " << line);
    }
    std::sort(paths.begin(), paths.end());
    CHECK(std::adjacent_find(paths.begin(), paths.end()) == paths.end());
    for (const char *header : {"firmware/nac_utils/nac_dense.h", "firmware/ap_types/ap_fixed.h"}) {
      const std::string text = text_of(files, header);
      CHECK(text.rfind("// SPDX-License-Identifier: Apache-2.0\n", 0) == 0);
      CHECK(text.substr(text.size() - 7) == "#endif\n");
    }
  }
}

TEST_CASE("a Bragg network takes one clock for each pixel") {
  options how;
  how.io = io_type::stream;
  const stream_plan plan = plan_streams(bragg_model(how));
  CHECK(plan.processes.size() == 5);
  for (const process &p : plan.processes) CHECK(p.cycles <= 121);
  CHECK(std::any_of(plan.processes.begin(), plan.processes.end(), [](const process &p) { return p.cycles == 121; }));
}

TEST_CASE("a project says whether its shifts and adds are simulated in their own widths") {
  options how;
  how.how = strategy::distributed_arithmetic;
  const auto files = project_files(find_sample("convolutions").make(how));
  CHECK_THAT(text_of(files, "firmware/defines.h"), Catch::Contains("#define NAC_ADDER_WIDTHS 1\n"));
  CHECK_THAT(text_of(files, "README.md"), Catch::Contains("as `ap_int`"));
  const auto constants = project_files(find_sample("convolutions").make({}));
  CHECK_THAT(text_of(constants, "firmware/defines.h"), !Catch::Contains("NAC_ADDER"));
  CHECK_THAT(text_of(constants, "README.md"), !Catch::Contains("Shifts and adds"));

  model_builder b(how);
  weight_matrix w;
  w.inputs = w.outputs = 48;
  w.type = {8, 1, true};
  std::mt19937 random(1);
  for (int i = 0; i < 48 * 48; ++i) w.values.push_back(static_cast<int8_t>(random() >> 24));
  b.output(b.dense("fc", b.input("x", {48}, {8, 3, true}), 1, w));
  const auto large = project_files(b.finish());
  CHECK_THAT(text_of(large, "firmware/defines.h"), Catch::Contains("#define NAC_ADDER_WIDTHS 0\n"));
  CHECK_THAT(text_of(large, "README.md"), Catch::Contains("as `long long`"));
}
