// SPDX-License-Identifier: Apache-2.0
//
// Projects are C++11, which is all that Vivado HLS 2020.1 reads. The headers in ap_types are not: the vendor's tools
// have their own.
#include <catch2/catch.hpp>
#include <filesystem>

#include "batches.hpp"

using namespace nac::hls;
using namespace hls_tests;

namespace {

/// A folder that goes with its test.
struct scratch {
  std::string path = temporary_folder();
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// What clang says of C++14 and later in what the projects are made of.
const std::string kCheck =
    "clang++-14 -std=c++17 -fsyntax-only -Wall -Wextra -Wpre-c++14-compat-pedantic -Wpre-c++17-compat-pedantic "
    "-Wno-unknown-pragmas "
    "-Wno-unused-label -Werror -pthread ";
const std::string kRest = " -isystem p0/firmware/ap_types all.cpp";

}  // namespace

TEST_CASE("projects use nothing that came after C++11") {
  const bool stream = GENERATE(false, true);
  const scratch folder;
  const std::vector<named_model> models = stream ? stream_batch() : parallel_batch();
  std::vector<std::size_t> all(models.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  joining how;
  how.testbenches = true;
  write_text(folder.path + "/all.cpp", join_projects(folder.path, models, all, how));
  const program_result found = shell(folder.path, kCheck + kRest + " & one=$!; " + kCheck + "-D__SYNTHESIS__" + kRest +
                                                      "; two=$?; wait $one && exit $two");
  CHECK(found.status == 0);
  CHECK(found.output == "");
}

TEST_CASE("what came after C++11 is noticed") {
  const scratch folder;
  const std::vector<named_model> models = {{"mlp", find_sample("mlp").make({})}};
  const std::string source = join_projects(folder.path, models, {0}, {});
  for (const char *later : {"static auto later = [](auto x) { return x; };\n", "static const int later = 0b101;\n",
                            "constexpr int later(int x) {\n  x++;\n  return x;\n}\n"}) {
    write_text(folder.path + "/p0/firmware/later.h", later);
    write_text(folder.path + "/all.cpp", source + "#include \"p0/firmware/later.h\"\n");
    const program_result found = shell(folder.path, kCheck + kRest);
    CHECK(found.status != 0);
    CHECK_THAT(found.output, Catch::Contains("later.h") && Catch::Contains("incompatible with C++"));
  }
}

TEST_CASE("words of streams are packed under their own names") {
  const scratch folder;
  const std::vector<named_model> models = {{"mlp", find_sample("mlp").make(streaming(strategy::latency))}};
  write_text(folder.path + "/all.cpp", join_projects(folder.path, models, {0}, {}));
  const program_result text = shell(folder.path, "g++ -std=c++17 -E -P -D__SYNTHESIS__ -Ip0/firmware/ap_types all.cpp");
  CHECK(text.status == 0);
  CHECK_THAT(text.output, Catch::Contains("#pragma HLS DATA_PACK variable=result\n") &&
                              Catch::Contains("#pragma HLS DATA_PACK variable=word\n"));
}
