// SPDX-License-Identifier: Apache-2.0
//
// A network as a project: what is proven, what is written when, and what is said when something differs.
#include <catch2/catch.hpp>

#include "fake_backend.hpp"
#include "graph/onnx.hpp"
#include "pipeline/hardware/model_hash.hpp"
#include "pipeline/hardware/project_folder.hpp"
#include "pipeline/hardware/record.hpp"
#include "pipeline/hardware/synthesize.hpp"
#include "pipeline/hardware/vectors.hpp"
#include "quantized_fakes.hpp"
#include "services/files.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

SynthesisJob job_in(const std::filesystem::path &folder) {
  SynthesisJob job;
  job.name = "chosen";
  job.network = "s:chosen";
  job.model = fakes::quantized_network();
  job.folder = folder;
  job.vectors = 300;
  return job;
}

Synthesis made(const SynthesisJob &job, fakes::BackendPlan &plan, bool engine_off = false) {
  const auto backend = fakes::backend_factory(plan)(job.parameters);
  fakes::IntegerEngine engine(engine_off);
  return synthesize(job, *backend, engine);
}

std::size_t entries(const std::filesystem::path &folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

}  // namespace

TEST_CASE("A network becomes a project with a record of its proof") {
  TempFolder temp;
  fakes::BackendPlan plan;
  const Synthesis s = made(job_in(temp / "p"), plan);
  CHECK(s.row.differences == 0);
  CHECK(s.row.vectors == 300);
  CHECK_FALSE(s.first);
  CHECK(entries(temp / "") == 1);  // nothing is left beside it
  CHECK(read_file(temp / "p" / "tb" / "rows.txt") == "300 300");
  const auto record = read_record(temp / "p");
  REQUIRE(record);
  CHECK(record->model == s.row.model);
  CHECK(record->vectors == 300);
  REQUIRE(record->values.size() == 4);
  CHECK(record->values[0].quantity == "lut");
  CHECK(record->values[0].low == record->values[0].estimate / 2);
  CHECK(std::isnan(record->values[3].estimate));
  CHECK(std::isnan(record->values[0].report));
}

TEST_CASE("The same network gives the same record, another one another hash") {
  TempFolder temp;
  fakes::BackendPlan plan;
  made(job_in(temp / "p"), plan);
  made(job_in(temp / "q"), plan);
  CHECK(read_file(temp / "p" / kProjectRecord) == read_file(temp / "q" / kProjectRecord));
  SynthesisJob other = job_in(temp / "r");
  other.model = fakes::quantized_network(2);
  CHECK(made(other, plan).row.model != read_record(temp / "p")->model);
}

TEST_CASE("A simulation that differs leaves no project and names the first layer that does") {
  TempFolder temp;
  const Graph deployed = deploy(fakes::quantized_network());
  std::vector<std::string> quants;
  for (const NodeId id : deployed.topological())
    if (deployed.node(id).op == "Quant" && deployed.value(deployed.node(id).outputs[0]).shape.at(0) < 0)
      quants.push_back(deployed.value(deployed.node(id).outputs[0]).name);
  REQUIRE(quants.size() == 3);
  fakes::BackendPlan plan;
  for (const auto &[value, layer] : {std::pair(quants[1], "a"), std::pair(quants[2], "b")}) {
    plan.wrong_value = value;
    const Synthesis s = made(job_in(temp / "p"), plan);
    CHECK(s.row.differences == 1);
    REQUIRE(s.first);
    CHECK(s.first->with == "C-simulation");
    CHECK((s.first->vector == 0 && s.first->element == 0));
    CHECK(s.first->found == s.first->expected + 0.5);
    REQUIRE(s.layer);
    CHECK(s.layer->layer == layer);
    CHECK_THAT(difference_text(s), Contains("first layer that differs is '" + std::string(layer) + "'"));
  }
  CHECK(entries(temp / "") == 0);
}

TEST_CASE("A training forward that differs is found too") {
  TempFolder temp;
  fakes::BackendPlan plan;
  const Synthesis s = made(job_in(temp / "p"), plan, true);
  CHECK(s.row.differences == 1);
  REQUIRE(s.first);
  CHECK(s.first->with == "training forward");
  CHECK((s.first->vector == 1 && s.first->element == 1));
  CHECK_FALSE(s.layer);
  CHECK_THAT(s.trace_failure, Contains("training forward is not"));
  CHECK(entries(temp / "") == 0);
}

TEST_CASE("What cannot be built is said before anything is written") {
  TempFolder temp;
  fakes::BackendPlan plan;
  SECTION("a node") {
    plan.unsupported = "Relu";
    CHECK_THROWS_WITH(made(job_in(temp / "p"), plan), "s:chosen: node 'Relu' cannot be built");
  }
  SECTION("illegal parameters") {
    SynthesisJob job = job_in(temp / "p");
    job.parameters["reuse_factor"] = int64_t{3};
    CHECK_THROWS_WITH(made(job, plan), Contains("legal are 1, 2 and 4"));
  }
  SECTION("a float network") {
    SynthesisJob job = job_in(temp / "p");
    job.model = fakes::Task().build_preset("small");
    initialize(job.model, 1);
    CHECK_THROWS_AS(made(job, plan), UsageError);
  }
  SECTION("a failure in the middle") {
    plan.emit_fails = true;
    CHECK_THROWS_WITH(made(job_in(temp / "p"), plan), Contains("the disk is full"));
  }
  CHECK(plan.emitted == 0);
  CHECK(entries(temp / "") == 0);
}

TEST_CASE("A folder that is there is replaced only with force, and only when it is a project of ours") {
  TempFolder temp;
  fakes::BackendPlan plan;
  SynthesisJob job = job_in(temp / "p");
  made(job, plan);
  CHECK_THROWS_WITH(made(job, plan), Contains("is there already") && Contains("--force"));
  job.force = true;
  job.parameters["reuse_factor"] = int64_t{2};
  made(job, plan);
  CHECK(read_file(temp / "p" / "firmware" / "top.cpp") == "reuse 2");
  CHECK(entries(temp / "") == 1);
  std::filesystem::create_directory(temp / "other");
  job.folder = temp / "other";
  CHECK_THROWS_WITH(made(job, plan), Contains("is no project of this program"));
  CHECK(plan.emitted == 2);
}

TEST_CASE("A folder that cannot be written is one error") {
  TempFolder temp;
  fakes::BackendPlan plan;
  write_file_atomically(temp / "file", "x");
  CHECK_THROWS_WITH(made(job_in(temp / "file" / "p"), plan), Contains("cannot write the project"));
}

TEST_CASE("Without the vendor's tools the project stays, with them their values go into it") {
  TempFolder temp;
  fakes::BackendPlan plan;
  SynthesisJob job = job_in(temp / "p");
  job.build = true;
  CHECK(made(job, plan).build_failure == "vitis-run is not there");
  CHECK(std::isnan(read_record(temp / "p")->values[0].report));
  job.force = true;
  plan.tools = true;
  plan.report = 21;
  CHECK(made(job, plan).build_failure.empty());
  CHECK(read_record(temp / "p")->values[0].report == 21);
}

TEST_CASE("Vectors are corners, data and random rows, the same every time") {
  const Graph deployed = deploy(fakes::quantized_network());
  Tensor data(DType::f32, {50, 4});
  for (int i = 0; i < 200; ++i) data.mutable_data<float>()[i] = 0.01F * static_cast<float>(i);
  const TestVectors v = test_vectors(deployed, {data}, 200);
  CHECK(v.corners + v.real + v.random == 200);
  CHECK(v.real == 50);
  CHECK(v.random > 50);
  REQUIRE(v.inputs.size() == 1);
  CHECK(v.inputs[0] == test_vectors(deployed, {data}, 200).inputs[0]);
  // 8 bits with 4 behind the point: -8 ... 7.9375.
  const float *x = v.inputs[0].data<float>();
  CHECK((x[0] == -8 && x[3] == -8 && x[4] == 7.9375F && x[8] == 0));
  const auto has = [&](float value) { return std::find(x, x + 800, value) != x + 800; };
  CHECK(has(0.03125F));                             // a tie
  CHECK(has(std::nextafter(0.03125F, 1.0F)));       // just beside it
  CHECK((has(1e30F) && has(-1e30F) && has(8.0F)));  // beyond saturation
  int64_t hot = 0;
  for (int64_t r = 0; r < v.corners; ++r)
    hot += std::count(x + 4 * r, x + 4 * r + 4, 0.0F) == 3 && x[4 * r + r % 4] == 7.9375F ? 1 : 0;
  CHECK(hot >= 1);
  CHECK(test_vectors(deployed, {}, 200).real == 0);
  CHECK(test_vectors(deployed, {data}, 1).inputs[0].shape() == Shape{1, 4});
  CHECK_THROWS_WITH(test_vectors(deployed, {}, 0), Contains("at least one"));
}

TEST_CASE("A network has the same hash in whatever form it was stored") {
  const Graph model = fakes::quantized_network();
  const Graph deployed = remove_dead_units(deploy(model));
  Graph renamed = deployed;
  for (const ValueId id : deployed.values()) renamed.set_name(id, "v" + std::to_string(id));
  CHECK(model_hash(renamed) == model_hash(deployed));
  CHECK(model_hash(deploy(from_onnx(to_onnx(deployed), "model").graph)) == model_hash(deployed));
  Graph changed = deployed;
  Tensor weight = *changed.value(changed.find("b.weight")).data;
  weight.mutable_data<float>()[0] += 0.5F;
  changed.set_data(changed.find("b.weight"), weight);
  CHECK(model_hash(changed) != model_hash(deployed));
}

TEST_CASE("Integers with a grid for each channel compare by channel") {
  IntegerTensor t;
  t.shape = {2, 2};
  t.data = {3, 5, -1, 8};
  t.fraction = {1, 3};
  t.channel_axis = 1;
  const Tensor doubles = doubles_of(t);
  CHECK(doubles == Tensor::of<double>({2, 2}, {1.5, 0.625, -0.5, 1.0}));
  Comparison c;
  compare(t, doubles, "C-simulation", "y", c);
  CHECK(c.different == 0);
  compare(t, Tensor::of<float>({2, 2}, {1.5F, 0.625F, NAN, 1.125F}), "training forward", "y", c);
  CHECK(c.different == 2);
  REQUIRE(c.first);
  CHECK((c.first->vector == 1 && c.first->element == 0));
  CHECK_THROWS_WITH(compare(t, Tensor(DType::f64, {4}), "C-simulation", "y", c), Contains("[4]"));
}
