// SPDX-License-Identifier: Apache-2.0
#include "plugin/backend_proxy.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "fixtures.hpp"
#include "nac/backend.h"
#include "services/files.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nac-backend-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Error("no folder to test in");
    path_ = pattern;
    std::filesystem::create_directory(path());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path path() const { return path_ / "project"; }

 private:
  std::filesystem::path path_;
};

struct Rogue {
  Registry registry{test::only({test::good("rogue-backend")})};
  const PluginObject &object = registry.find(NAC_KIND_BACKEND, "rogue-backend");
  Graph graph;
  Tensor x = Tensor::of({2, 2}, std::vector<float>{1, 0, 0.5, -2});
  Folder folder;

  Rogue() {
    const ValueId in = graph.add_input("x", DType::f32, {-1, 2});
    const ValueId w = graph.add_parameter("w", {2, 3}, {});
    graph.set_data(w, Tensor::of({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}));
    graph.add_output("y", graph.node(graph.add_node("", "MatMul", {in, w})).outputs[0]);
  }
  BackendProxy make(const std::string &fault = "none") const {
    return BackendProxy(object, test::fault(object, fault));
  }
  std::string simulate_error(const std::string &fault) const {
    BackendProxy backend = make(fault);
    const Folder own;
    backend.emit(graph, own.path());
    try {
      backend.simulate({x});
    } catch (const Error &e) {
      return e.what();
    }
    return "";
  }
};

/// The status of the Error that f ends in; NAC_OK when it ends well.
template <class F>
nac_status status_of(F &&f) {
  try {
    f();
  } catch (const Error &e) {
    return e.status();
  }
  return NAC_OK;
}

}  // namespace

TEST_CASE("a backend predicts, writes, computes and is asked for reports") {
  Rogue rogue;
  BackendProxy backend = rogue.make();
  REQUIRE(backend.quantities().size() == 3);
  CHECK((backend.quantities()[1].name == "latency" && backend.quantities()[1].unit == "cycles"));
  CHECK_FALSE(backend.unsupported(rogue.graph));
  const std::vector<double> values = backend.estimate(rogue.graph);
  CHECK((values[0] == 60 && std::isnan(values[1]) && values[2] == 3));
  const std::optional<EstimateRange> range = backend.estimate_range(rogue.graph);
  REQUIRE(range);
  CHECK((range->low[0] == 55 && range->high[0] == 65 && std::isnan(range->low[1])));

  std::string said;
  backend.emit(rogue.graph, rogue.folder.path(), {nullptr, [&](double, const std::string &what) { said = what; }});
  CHECK(said == "half of it");
  CHECK_THAT(read_file(rogue.folder.path() / "firmware/weights.txt"), Contains("6.0000"));
  const std::vector<Tensor> y = backend.simulate({rogue.x});
  REQUIRE(y.size() == 1);
  CHECK(y[0] == Tensor::of({2, 3}, std::vector<double>{1, 2, 3, -7.5, -9, -10.5}));
  CHECK(backend.testbench({rogue.x}, y, rogue.folder.path()));
  CHECK_THAT(read_file(rogue.folder.path() / "tb/data.txt"), Contains("2 rows, the first expected 1.0"));
  CHECK(rogue.make("reports").read_reports(rogue.folder.path())[0] == 42);
}

TEST_CASE("statuses of a backend travel as those of the error") {
  Rogue rogue;
  BackendProxy backend = rogue.make();
  CHECK(status_of([&] { rogue.make("infeasible").estimate(rogue.graph); }) == NAC_INFEASIBLE);
  CHECK(status_of([&] { rogue.make("emit-refuses").emit(rogue.graph, rogue.folder.path()); }) == NAC_UNSUPPORTED);
  CHECK(status_of([&] { backend.build(rogue.folder.path()); }) == NAC_UNAVAILABLE);
  CHECK(status_of([&] { backend.read_reports(rogue.folder.path()); }) == NAC_NOT_FOUND);
  const std::atomic<bool> stop{true};
  CHECK(status_of([&] { backend.emit(rogue.graph, rogue.folder.path(), {&stop, {}}); }) == NAC_CANCELLED);
  CHECK(std::filesystem::is_empty(rogue.folder.path()));
  CHECK_THROWS_WITH(rogue.make("infeasible").estimate(rogue.graph),
                    Contains("plugin org.example.rogue-backend 0.1.0: estimate: reuse 7 does not divide 6"));
}

TEST_CASE("quantities that nobody could name are refused at once") {
  const Rogue rogue;
  CHECK_THROWS_WITH(rogue.make("upper-case"), Contains("'Latency'") && Contains("lower-case"));
  CHECK_THROWS_WITH(rogue.make("same-name"), Contains("two quantities are named 'lut'"));
  CHECK_THROWS_WITH(rogue.make("no-name"), Contains("the name of quantity 1 is NULL"));
  CHECK_THROWS_WITH(rogue.make("no-unit"), Contains("the unit of quantity 'latency' is NULL"));
  CHECK_THROWS_WITH(rogue.make("many"), Contains("1073741824 quantities"));
  CHECK_THROWS_WITH(rogue.make("no-emit"), Contains("NULL") && Contains("emit"));
}

TEST_CASE("estimates are complete, and inside of their ranges") {
  const Rogue rogue;
  CHECK_THROWS_WITH(rogue.make("unwritten").estimate(rogue.graph), Contains("without a value for 'latency'"));
  CHECK_THROWS_WITH(rogue.make("one-value").estimate(rogue.graph),
                    Contains("made 1 values") && Contains("3 quantities"));
  CHECK(std::isinf(rogue.make("endless").estimate(rogue.graph)[2]));
  CHECK_THROWS_WITH(rogue.make("half-range").estimate_range(rogue.graph), Contains("without a value for 'latency'"));
  CHECK_THROWS_WITH(rogue.make("range-above").estimate_range(rogue.graph),
                    Contains("'lut' is estimated as 60, in a range from 61 to 65"));
  CHECK_THROWS_WITH(rogue.make("half-known").estimate_range(rogue.graph),
                    Contains("'latency' is estimated as nan, in a range from 0 to nan"));
}

TEST_CASE("the first node that cannot be built is named with its reason") {
  Rogue rogue;
  rogue.graph.replace_uses(rogue.graph.outputs()[0],
                           rogue.graph.node(rogue.graph.add_node("", "Relu", {rogue.graph.outputs()[0]})).outputs[0]);
  CHECK(rogue.make().unsupported(rogue.graph).value_or("") == "Relu 'y': only MatMul can be built");
  CHECK_THROWS_WITH(rogue.make("supports-fails").unsupported(rogue.graph), Contains("I lost my table"));
}

TEST_CASE("a project has a folder of its own, and half a project none") {
  Rogue rogue;
  BackendProxy backend = rogue.make();
  CHECK_THROWS_WITH(backend.emit(rogue.graph, rogue.folder.path() / "nowhere"), Contains("there is no folder"));
  for (const char *fault : {"climbs", "writes-and-fails", "writes-nothing"}) {
    INFO(fault);
    CHECK_THROWS_AS(rogue.make(fault).emit(rogue.graph, rogue.folder.path()), Error);
    CHECK(std::filesystem::is_empty(rogue.folder.path()));
  }
  CHECK_THROWS_WITH(rogue.make("climbs").emit(rogue.graph, rogue.folder.path()), Contains("../outside.txt"));
  CHECK_FALSE(std::filesystem::exists(rogue.folder.path().parent_path() / "outside.txt"));
  std::ofstream(rogue.folder.path() / "notes.txt") << "mine";
  CHECK_THROWS_WITH(backend.emit(rogue.graph, rogue.folder.path()), Contains("is not empty"));
  CHECK(read_file(rogue.folder.path() / "notes.txt") == "mine");
  CHECK(status_of([&] { backend.simulate({rogue.x}); }) == NAC_FAILED_PRECONDITION);
}

TEST_CASE("what simulate computes has the outputs of the model, in float64") {
  const Rogue rogue;
  CHECK_THAT(rogue.simulate_error("inf"), Contains("element 1 of the output 'y' is inf"));
  CHECK_THAT(rogue.simulate_error("transposed"), Contains("'y'") && Contains("[3, 2]") && Contains("[2, 3]"));
  CHECK_THAT(rogue.simulate_error("few-values"), Contains("5 values of an output of 6"));
  CHECK_THAT(rogue.simulate_error("two-outputs"), Contains("asked for 1 outputs; the project has 2"));
  CHECK_THAT(rogue.simulate_error("float32"), Contains("32 bits") && Contains("float64"));
  CHECK_THAT(rogue.simulate_error("no-output"), Contains("'y' is missing"));
}

TEST_CASE("inputs that do not fit the emitted model are the caller's fault") {
  Rogue rogue;
  BackendProxy backend = rogue.make();
  backend.emit(rogue.graph, rogue.folder.path());
  CHECK_THROWS_WITH(backend.simulate({}), Contains("0 inputs were given; the model has 1"));
  CHECK_THROWS_WITH(backend.simulate({Tensor(DType::f32, {2, 3})}), Contains("'x'") && Contains("[2, 2]"));
  CHECK_THROWS_WITH(backend.testbench({rogue.x}, {Tensor(DType::f32, {2, 3})}, rogue.folder.path()),
                    Contains("expected output 'y' is float32"));
  CHECK_THROWS_WITH(backend.testbench({rogue.x}, {Tensor(DType::f64, {1, 3})}, rogue.folder.path()),
                    Contains("different numbers of rows"));
}

TEST_CASE("a backend of before 1.3 states no ranges, writes no test and reads no reports") {
  Rogue rogue;
  for (const char *fault : {"as-of-1.0", "none-of-1.3"}) {
    INFO(fault);
    BackendProxy backend = rogue.make(fault);
    CHECK_FALSE(backend.estimate_range(rogue.graph));
    CHECK_FALSE(backend.testbench({rogue.x}, {}, rogue.folder.path()));
    CHECK(status_of([&] { backend.read_reports(rogue.folder.path()); }) == NAC_UNSUPPORTED);
  }
}
