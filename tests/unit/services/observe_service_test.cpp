// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.hpp"
#include "nac/cpp/error.hpp"
#include "services/graph_service.hpp"
#include "services/model_observer.hpp"

using namespace nac::fw;

namespace {

struct Fixed final : ModelObserver {
  Tensor kept = Tensor::of({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  Tensor values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const override {
    if (model.value(value).name == "bad") throw Error("this cannot be run", NAC_UNSUPPORTED);
    return split == "train" ? kept.rows(0, static_cast<int64_t>(samples)) : kept;
  }
  std::vector<double> metrics(const Graph &) const override { return {0.5, 7}; }
  double cost(const Graph &, const std::string &name) const override { return name == "bops" ? 100 : 3; }
  int direction(uint32_t metric) const override { return metric == 0 ? -1 : metric == 1 ? 1 : 0; }
};

struct Asking {
  const nac_observe_service &service = observe_service();
  Fixed fixed;
  Graph graph;
  ValueId x = graph.add_input("x", DType::f32, {-1, 3}), bad = graph.add_input("bad", DType::f32, {-1, 3});
  nac_error err = nac::empty_error();
  const nac_observer *observer = to_abi(&fixed);
  const nac_graph *model = to_abi(&graph);
};

}  // namespace

TEST_CASE("nac.observe/1 hands out tensors that belong to the receiver") {
  Asking a;
  nac_tensor *tensor = nullptr;
  REQUIRE(a.service.values(a.observer, a.model, a.x, "train", 1, &tensor, &a.err) == NAC_OK);
  REQUIRE(tensor != nullptr);
  CHECK(tensor->version.major == 1);
  CHECK(tensor->flags == 0);
  CHECK((tensor->view.ndim == 2 && tensor->view.shape[0] == 1 && tensor->view.shape[1] == 3));
  CHECK(tensor->view.strides[0] == 3);
  CHECK((tensor->view.dtype.code == NAC_DTYPE_FLOAT && tensor->view.dtype.bits == 32));
  auto *data = static_cast<float *>(tensor->view.data);
  CHECK(data[2] == 3);
  data[2] = 99;  // its own copy
  CHECK(a.fixed.kept.data<float>()[2] == 3);
  tensor->deleter(tensor);
}

TEST_CASE("nac.observe/1 measures, and tells directions") {
  Asking a;
  double values[2] = {0, 0}, cost = 0;
  REQUIRE(a.service.metrics(a.observer, a.model, values, 2, &a.err) == NAC_OK);
  CHECK((values[0] == 0.5 && values[1] == 7));
  REQUIRE(a.service.cost(a.observer, a.model, "bops", &cost, &a.err) == NAC_OK);
  CHECK(cost == 100);
  CHECK(a.service.direction(a.observer, 0) == -1);
  CHECK(a.service.direction(a.observer, 1) == 1);
  CHECK(a.service.direction(a.observer, 2) == 0);
  CHECK(a.service.direction(nullptr, 0) == 0);
}

TEST_CASE("nac.observe/1 refuses what makes no sense and leaves outputs alone") {
  Asking a;
  nac_tensor *const mark = reinterpret_cast<nac_tensor *>(&a);
  nac_tensor *tensor = mark;
  const auto values = [&](const nac_observer *who, const nac_graph *model, nac_value value, const char *split,
                          uint64_t samples) {
    return a.service.values(who, model, value, split, samples, &tensor, &a.err);
  };
  CHECK(values(a.observer, a.model, a.bad, "train", 1) == NAC_UNSUPPORTED);
  CHECK(std::string(a.err.message) == "this cannot be run");
  CHECK(values(a.observer, a.model, a.x, "test", 1) == NAC_INVALID_ARGUMENT);
  CHECK(std::string(a.err.message) == "the split is 'test', 'train' and 'validation' are accepted");
  CHECK(values(a.observer, a.model, a.x, nullptr, 1) == NAC_INVALID_ARGUMENT);
  CHECK(values(a.observer, a.model, a.x, "train", 0) == NAC_INVALID_ARGUMENT);
  CHECK(values(a.observer, a.model, 99, "train", 1) == NAC_INVALID_ARGUMENT);
  CHECK(values(a.observer, nullptr, a.x, "train", 1) == NAC_INVALID_ARGUMENT);
  CHECK(values(nullptr, a.model, a.x, "train", 1) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.values(a.observer, a.model, a.x, "train", 1, nullptr, nullptr) == NAC_INVALID_ARGUMENT);
  CHECK(tensor == mark);
  double number = 5;
  CHECK(a.service.metrics(a.observer, a.model, &number, 1, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.metrics(a.observer, a.model, &number, 0, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.metrics(a.observer, a.model, nullptr, 2, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.cost(a.observer, a.model, "price", &number, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.cost(a.observer, a.model, nullptr, &number, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(a.service.cost(a.observer, a.model, "bops", nullptr, &a.err) == NAC_INVALID_ARGUMENT);
  CHECK(number == 5);
}
