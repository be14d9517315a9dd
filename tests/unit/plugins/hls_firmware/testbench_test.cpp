// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "batches.hpp"
#include "firmware_run.hpp"

using namespace nac::hls;
using namespace hls_tests;

TEST_CASE("the testbench of a streaming project compares every output") {
  const model m = find_sample("deep_set").make(streaming(strategy::resource));
  const firmware_run project(m);
  REQUIRE(project.compile_testbench().output == "");
  project.write_vectors(40);
  const program_result right = project.run_testbench();
  CHECK(right.status == 0);
  CHECK(right.output == "40 vectors, 0 with differences\n");
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
