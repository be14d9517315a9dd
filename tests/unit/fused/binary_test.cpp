// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/binary.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

namespace {

// How an operand of `rows` results is broadcast: not at all, in blocks, in turn, or all to one.
Side random_side(Draw &draw, int rows) {
  Side side;
  side.kind = draw.whole(0, 2) == 0 ? Side::Kind::constant : Side::Kind::rows;
  const int how = draw.whole(0, 3), by = draw.whole(1, 5);
  for (int i = 0; i < rows; ++i) side.row.push_back(how == 0 ? i : how == 1 ? i / by : how == 2 ? i % by : 0);
  return side;
}

int floats_of(const Side &side, int rows, int width) { return rows * (side.kind == Side::Kind::rows ? width : 1); }

int index(const Side &side, int i, int lane, int width) {
  return side.kind == Side::Kind::rows ? side.row[i] * width + lane : side.row[i];
}

double result(Binary op, double a, double b) {
  switch (op) {
    case Binary::add: return a + b;
    case Binary::sub: return a - b;
    case Binary::mul: return a * b;
    case Binary::div: return a / b;
  }
  return 0;
}

double slope(Binary op, int side, double a, double b) {
  switch (op) {
    case Binary::add: return 1;
    case Binary::sub: return side == 0 ? 1 : -1;
    case Binary::mul: return side == 0 ? b : a;
    case Binary::div: return side == 0 ? 1 / b : -a / (b * b);
  }
  return 0;
}

void check(Binary op, const Side &a, const Side &b, int rows, int width, Draw &draw) {
  CAPTURE(static_cast<int>(op), rows, width, a.row, b.row);
  const AlignedFloats a_data = draw.floats(floats_of(a, rows, width));
  const AlignedFloats b_data = draw.floats(floats_of(b, rows, width), 0.5F, 2);
  const AlignedFloats dy = draw.floats(rows * width);
  AlignedFloats y(dy.size());
  binary(op, a, b, a_data.data(), b_data.data(), y.data(), width);
  double worst = 0;
  for (int i = 0; i < rows; ++i)
    for (int lane = 0; lane < width; ++lane)
      worst = std::max(worst, std::abs(y[i * width + lane] -
                                       result(op, a_data[index(a, i, lane, width)], b_data[index(b, i, lane, width)])));
  CHECK(worst < 1e-6);
  for (int side = 0; side < 2; ++side) {
    CAPTURE(side);
    const Side &target = side == 0 ? a : b;
    AlignedFloats gradient = draw.floats(floats_of(target, rows, width));
    std::vector<double> expected(gradient.begin(), gradient.end());
    std::vector<double> size(gradient.size(), 1);
    for (int i = 0; i < rows; ++i)
      for (int lane = 0; lane < width; ++lane) {
        const double part =
            dy[i * width + lane] * slope(op, side, a_data[index(a, i, lane, width)], b_data[index(b, i, lane, width)]);
        expected[index(target, i, lane, width)] += part;
        size[index(target, i, lane, width)] += std::abs(part);
      }
    binary_gradient(op, side, a, b, a_data.data(), b_data.data(), dy.data(), gradient.data(), width);
    worst = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i)
      worst = std::max(worst, std::abs(gradient[i] - expected[i]) / size[i]);
    CHECK(worst < 2e-6);
  }
}

}  // namespace

TEST_CASE("operations of two operands, broadcast at random, agree with plain loops") {
  each_target([] {
    Draw draw(41);
    for (const Binary op : {Binary::add, Binary::sub, Binary::mul, Binary::div})
      for (int round = 0; round < 25; ++round) {
        const int rows = draw.whole(1, 20), width = draw.width();
        const Side a = random_side(draw, rows), b = random_side(draw, rows);
        check(op, a, b, rows, width, draw);
      }
  });
}

TEST_CASE("a division by zero in a lane of no sample leaves sums alone") {
  each_target([] {
    const int width = 32, samples = 20;
    const Side rows{Side::Kind::rows, {0}}, constant{Side::Kind::constant, {0}};
    AlignedFloats x(width, 2.0F), dy(width, 1.0F), dx(width), sum(1);
    for (int lane = samples; lane < width; ++lane) x[lane] = dy[lane] = 0;
    const float three = 3;
    binary_gradient(Binary::div, 0, constant, rows, &three, x.data(), dy.data(), sum.data(), width);
    CHECK(sum[0] == samples * 0.5F);
    binary_gradient(Binary::div, 1, constant, rows, &three, x.data(), dy.data(), dx.data(), width);
    for (int lane = 0; lane < width; ++lane) CHECK(dx[lane] == (lane < samples ? -0.75F : 0.0F));
  });
}
