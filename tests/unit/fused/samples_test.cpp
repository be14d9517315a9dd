// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/samples.hpp"

#include <catch2/catch.hpp>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

TEST_CASE("samples of any order become lanes and come back") {
  each_target([] {
    Draw draw(31);
    for (int elements : {1, 2, 3, 4, 5, 6, 7, 8, 24, 31, 64, 121})
      for (int round = 0; round < 6; ++round) {
        const int width = draw.width(), n = 300, samples = round == 0 ? width : draw.whole(0, width);
        CAPTURE(elements, width, samples);
        const AlignedFloats data = draw.floats(n * elements);
        std::vector<int64_t> order;
        for (int i = 0; i < samples; ++i) order.push_back(draw.whole(0, n - 1));
        AlignedFloats rows(static_cast<std::size_t>(elements * width + 1), 9.0F);
        load_samples(data.data(), elements, order.data(), samples, rows.data(), width);
        int wrong = 0;
        for (int e = 0; e < elements; ++e)
          for (int lane = 0; lane < width; ++lane)
            wrong += rows[e * width + lane] != (lane < samples ? data[order[lane] * elements + e] : 0.0F);
        CHECK(wrong == 0);
        CHECK(rows.back() == 9.0F);

        std::vector<float> back(static_cast<std::size_t>(samples * elements + 1), 9.0F);
        store_samples(rows.data(), elements, samples, back.data(), width);
        for (int i = 0; i < samples; ++i)
          for (int e = 0; e < elements; ++e) wrong += back[i * elements + e] != data[order[i] * elements + e];
        CHECK(wrong == 0);
        CHECK(back.back() == 9.0F);
      }
  });
}
