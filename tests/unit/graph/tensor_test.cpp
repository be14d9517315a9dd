// SPDX-License-Identifier: Apache-2.0
#include "graph/tensor.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "nac/cpp/tensor.hpp"

using namespace nac::fw;
using Catch::Contains;

TEST_CASE("a new tensor is zero, copies share until written", "[tensor]") {
  Tensor a(DType::f32, {2, 3});
  CHECK(a.elements() == 6);
  CHECK(a.bytes() == 24);
  CHECK(a.data<float>()[5] == 0);
  Tensor b = a;
  CHECK(a.raw() == b.raw());
  b.mutable_data<float>()[0] = 1;
  CHECK(a.data<float>()[0] == 0);
  CHECK_FALSE(a == b);
  const void *alone = b.raw();
  b.mutable_data<float>();
  CHECK(b.raw() == alone);
}

TEST_CASE("rows share storage and check their range", "[tensor]") {
  const Tensor t = Tensor::of<int64_t>({3, 2}, {0, 1, 2, 3, 4, 5});
  Tensor r = t.rows(1, 2);
  CHECK(r.shape() == Shape{2, 2});
  CHECK(r.data<int64_t>()[0] == 2);
  r.mutable_data<int64_t>()[0] = 9;
  CHECK(t.data<int64_t>()[2] == 2);
  CHECK(t.rows(3, 0).elements() == 0);
  CHECK_THROWS_WITH(t.rows(2, 2), Contains("2 rows from row 2 on"));
  CHECK_THROWS_AS(t.rows(-1, 1), Error);
  CHECK_THROWS_AS(t.rows(1, INT64_MAX), Error);
  CHECK_THROWS_AS(Tensor(DType::f32, {}).rows(0, 1), Error);
}

TEST_CASE("tensors of no elements and scalars", "[tensor]") {
  CHECK(Tensor(DType::f64, {0, 5}).bytes() == 0);
  CHECK(Tensor(DType::f64, {}).elements() == 1);
  CHECK(Tensor(DType::f32, {0}) == Tensor(DType::f32, {0}));
}

TEST_CASE("absurd shapes are refused before memory is", "[tensor]") {
  CHECK_THROWS_WITH(Tensor(DType::f32, {-1, 3}), Contains("cannot have the shape"));
  CHECK_THROWS_WITH(Tensor(DType::f32, {3, -2}), Contains("negative"));
  CHECK_THROWS_WITH(Tensor(DType::f32, {INT64_MAX, INT64_MAX}), Contains("2^40"));
  CHECK_THROWS_AS(Tensor(DType::f32, {int64_t{1} << 33, int64_t{1} << 33, 0}), Error);
  CHECK_THROWS_WITH((Tensor::of<float>({2}, {1, 2, 3})), Contains("given 3 values"));
}

TEST_CASE("views are copied whatever their strides", "[tensor]") {
  float data[] = {0, 1, 2, 3, 4, 5};
  int64_t shape[] = {3, 2}, strides[] = {1, 3};  // a transposed matrix
  nac_view v{};
  v.data = data;
  v.device = {NAC_DEVICE_CPU, 0};
  v.ndim = 2;
  v.dtype = {NAC_DTYPE_FLOAT, 32, 1};
  v.shape = shape;
  v.strides = strides;
  CHECK(Tensor::copy_of(v) == Tensor::of<float>({3, 2}, {0, 3, 1, 4, 2, 5}));
  strides[0] = 0;  // broadcast
  strides[1] = 1;
  CHECK(Tensor::copy_of(v) == Tensor::of<float>({3, 2}, {0, 1, 0, 1, 0, 1}));

  SECTION("and what tensor.h forbids is refused") {
    const auto refused = [&](const char *why) { CHECK_THROWS_WITH(Tensor::copy_of(v), Contains(why)); };
    SECTION("negative stride") { strides[0] = -1, refused("stride 0"); }
    SECTION("negative dimension") { shape[1] = -2, refused("negative"); }
    SECTION("rank") { v.ndim = 9, refused("9 dimensions"); }
    SECTION("negative rank") { v.ndim = -1, refused("-1 dimensions"); }
    SECTION("no data") { v.data = nullptr, refused("no data"); }
    SECTION("no strides") { v.strides = nullptr, refused("no strides"); }
    SECTION("no shape") { v.shape = nullptr, refused("no shape"); }
    SECTION("offset") { v.byte_offset = 4, refused("byte offset"); }
    SECTION("device") { v.device.type = 2, refused("device"); }
    SECTION("half floats") { v.dtype.bits = 16, refused("element type"); }
    SECTION("lanes") { v.dtype.lanes = 2, refused("lanes"); }
    SECTION("overflow") { shape[0] = shape[1] = INT64_MAX, refused("2^40"); }
  }
}

TEST_CASE("an adopted tensor is not copied and deleted exactly once", "[tensor]") {
  static int deleted;
  deleted = 0;
  nac::owned_tensor<float> made({2, 2});
  made.data()[3] = 7;
  nac_tensor *raw = made.release();
  static void (*original)(nac_tensor *);
  original = raw->deleter;
  raw->deleter = [](nac_tensor *t) {
    ++deleted;
    original(t);
  };
  const auto library = std::make_shared<int>(1);

  SECTION("in the good case") {
    {
      Tensor t = Tensor::adopt(raw, library);
      CHECK(t.raw() == raw->view.data);
      CHECK(library.use_count() == 2);
      const Tensor row = t.rows(1, 1);
      t = Tensor();
      CHECK(row.data<float>()[1] == 7);
      CHECK(deleted == 0);
    }
    CHECK(library.use_count() == 1);
  }
  SECTION("when it is read only, writing copies first") {
    raw->flags = NAC_TENSOR_READ_ONLY;
    Tensor t = Tensor::adopt(raw, library);
    const void *lent = raw->view.data;  // gives raw back
    CHECK(t.mutable_raw() != lent);
    CHECK(deleted == 1);
    CHECK(t.data<float>()[3] == 7);
  }
  SECTION("when it is refused") {
    raw->view.dtype.bits = 7;
    CHECK_THROWS_AS(Tensor::adopt(raw, library), Error);
  }
  SECTION("when its version is unknown") {
    raw->version.major = 2;
    raw->view.ndim = 100;  // must not be looked at
    CHECK_THROWS_WITH(Tensor::adopt(raw, library), Contains("version 2"));
  }
  SECTION("when it has strides") {
    std::swap(raw->view.strides[0], raw->view.strides[1]);
    CHECK(Tensor::adopt(raw, library).data<float>()[3] == 7);
  }
  CHECK(deleted == 1);
}

TEST_CASE("NULL tensors and tensors without deleter are refused", "[tensor]") {
  CHECK_THROWS_AS(Tensor::adopt(nullptr, {}), Error);
  nac_tensor t{};
  CHECK_THROWS_WITH(Tensor::adopt(&t, {}), Contains("deleter"));
}

TEST_CASE("element types go to the ABI and back", "[tensor]") {
  for (const DType d :
       {DType::f32, DType::f64, DType::i8, DType::u8, DType::i16, DType::i32, DType::i64, DType::boolean})
    CHECK(from_abi(to_abi(d)) == d);
  CHECK_THROWS_AS(from_abi({NAC_DTYPE_UINT, 32, 1}), Error);
  CHECK_THROWS_AS(from_abi({NAC_DTYPE_FLOAT, 32, 0}), Error);
}

TEST_CASE("a view shows a tensor", "[tensor]") {
  const Tensor t = Tensor::of<float>({2, 3}, {0, 1, 2, 3, 4, 5});
  std::vector<TensorView> views;
  views.emplace_back(t);
  views.emplace_back(t);  // moves the first one
  CHECK(nac::dense<float>(*views[0].get())[4] == 4);
  CHECK(Tensor::copy_of(*views[0].get()) == t);
}
