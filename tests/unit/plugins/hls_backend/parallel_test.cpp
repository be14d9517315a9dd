// SPDX-License-Identifier: Apache-2.0
//
// Firmware of io_parallel: compiled without a warning, run, all integers compared with evaluate().
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "firmware_run.hpp"
#include "hls_backend/emit/parallel_layer.hpp"
#include "hls_backend/model/reuse.hpp"
#include "sample_models.hpp"

using namespace nac::hls;
using namespace hls_tests;

namespace {

constexpr int kVectors = 400;

/// Strategies, legal reuse factors and parallelization factors, another for each layer.
options mixed(const sample_model &sample, std::size_t first) {
  options how;
  constexpr strategy all[] = {strategy::resource, strategy::latency, strategy::distributed_arithmetic};
  std::size_t i = first;
  for (const layer &l : sample.make(how).layers) {
    if (l.kind != layer_kind::dense && l.kind != layer_kind::conv) continue;
    layer_options &own = how.layers[l.name];
    own.how = all[i % 3];
    const auto legal = legal_reuse_factors(*own.how, l.weights.inputs, l.weights.outputs);
    // From the middle of the list (a part of a row) and its end (the whole matrix) in turn.
    own.reuse_factor = static_cast<int>(legal[i % 2 == 0 ? legal.size() / 2 : legal.size() - 1]);
    const auto pixels = static_cast<int>(vector_count(l));
    for (int p = 1; p <= pixels; ++p)
      if (pixels % p == 0 && (p == 1 || i % 2 == 0)) own.parallelization_factor = p;
    ++i;
  }
  return how;
}

options uniform(strategy how) {
  options result;
  result.how = how;
  return result;
}

std::string text_of(const std::vector<file> &files, const std::string &path) {
  for (const file &f : files)
    if (f.path == path) return f.bytes;
  FAIL("the project has no " << path);
  return "";
}

}  // namespace

TEST_CASE("a dense layer of several rows takes the general parallelization factor, one of a single row does not") {
  int several = 0;
  for (const sample_model &sample : sample_models()) {
    const model plain = sample.make({});
    const auto rows_of = [](const layer &l) { return l.kind == layer_kind::dense ? l.rows : 1; };
    const auto most = std::max_element(plain.layers.begin(), plain.layers.end(),
                                       [&](const layer &a, const layer &b) { return rows_of(a) < rows_of(b); });
    const bool conv = std::any_of(plain.layers.begin(), plain.layers.end(),
                                  [](const layer &l) { return l.kind == layer_kind::conv; });
    if (conv || rows_of(*most) == 1) continue;
    ++several;
    options how;
    how.parallelization_factor = static_cast<int>(most->rows);
    for (const layer &l : sample.make(how).layers)
      if (l.kind == layer_kind::dense) CHECK(l.parallelization_factor == (l.rows > 1 ? how.parallelization_factor : 1));
    CHECK(difference(sample.make(how), kVectors) == "");
    how.parallelization_factor = static_cast<int>(most->rows) + 1;
    CHECK_THROWS_WITH(sample.make(how), Catch::Matchers::Contains("rows; legal are"));
  }
  CHECK(several > 0);
}

TEST_CASE("firmware of every kind of layer gives the integers of the model") {
  std::size_t first = 0;
  for (const sample_model &sample : sample_models()) {
    INFO(sample.name);
    CHECK(difference(sample.make(mixed(sample, first++)), kVectors) == "");
  }
}

TEST_CASE("firmware of one strategy throughout gives the integers of the model") {
  const strategy how = GENERATE(strategy::latency, strategy::resource, strategy::distributed_arithmetic);
  INFO(name_of(how));
  CHECK(difference(find_sample("convolutions").make(uniform(how)), kVectors) == "");
}

TEST_CASE("the testbench refuses what differs and what is not there") {
  const model m = find_sample("mlp").make({});
  const firmware_run project(m);
  REQUIRE(project.compile_testbench().output == "");
  const auto run_with = [&](const std::string &features, const std::string &predictions) {
    project.write({"tb_data/tb_input_features.dat", features});
    project.write({"tb_data/tb_output_predictions.dat", predictions});
    return project.run_testbench();
  };
  project.write_vectors(3);
  const program_result right = project.run_testbench();
  CHECK(right.status == 0);
  CHECK(right.output == "3 vectors, 0 with differences\n");

  const std::string zeros = "0 0 0 0 0 0\n";
  const program_result probe = run_with(zeros, "1000000 1000000 1000000\n");
  CHECK(probe.status == 1);
  CHECK_THAT(probe.output, Catch::Contains("vector 0, output 0, element 0: ") &&
                               Catch::Contains(" instead of 1000000") &&
                               Catch::Contains("1 vectors, 1 with differences"));
  CHECK(run_with("", "").status == 1);
  CHECK(run_with(zeros, "").status == 1);
  CHECK(run_with(zeros, "1 2\n").status == 1);
  CHECK(run_with(zeros, "1 2 3.5\n").status == 1);
  CHECK(run_with("0 0 0 0 0\n", "1 2 3\n").status == 1);
  CHECK(run_with("0 0 0 0 0 nan\n", "1 2 3\n").status == 1);

  // The same line twice on the right only: there are more results than vectors.
  std::string result = probe.output.substr(probe.output.find("element 0: ") + 11);
  result = result.substr(0, result.find(' '));
  CHECK_THAT(run_with(zeros, result + " 1000000 1000000\n").output, Catch::Contains("element 1: "));
  CHECK_THAT(run_with(zeros + zeros, "0 0 0\n").output, Catch::Contains("line 2 of tb_output_predictions.dat"));
}

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
  for (const sample_model &sample : sample_models()) {
    const model m = sample.make({});
    const std::vector<file> files = project_files(m), again = project_files(m);
    REQUIRE(files.size() == again.size());
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files.size(); ++i) {
      CHECK(files[i].path == again[i].path);
      CHECK(files[i].bytes == again[i].bytes);
      CHECK(std::all_of(files[i].bytes.begin(), files[i].bytes.end(), [](char c) { return c > 0; }));
      paths.push_back(files[i].path);
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
