/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of statistics of a feature, and what they share. docs/methods.md has the formulas. */
#include <string.h>

#include "compare/joint/joint.h"
#include "compare/statistics/statistic.h"

const shift__statistic shift__statistics[] = {
    {"ks", "KS distance", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, true,
     "largest distance of the distribution functions", shift__statistic_ks},
    {"cramer_von_mises", "Cramer-von Mises T", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "squared distance of the distribution functions", shift__statistic_cramer_von_mises},
    {"anderson_darling", "Anderson-Darling A2", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "squared distance of the distribution functions, tails weighing more",
     shift__statistic_anderson_darling},
    {"mann_whitney", "Mann-Whitney U", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "pairs where the training value is the larger", shift__statistic_mann_whitney},
    {"welch_t", "Welch t", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "test that the means are equal", shift__statistic_welch_t},
    {"brown_forsythe", "Brown-Forsythe W", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "test that the spreads are equal", shift__statistic_brown_forsythe},
    {"normal_scores", "normal scores", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "rank test of location: difference of the mean normal scores", shift__statistic_normal_scores},
    {"klotz", "Klotz", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "rank test of scale: difference of the mean squared normal scores", shift__statistic_klotz},
    {"wasserstein", "Wasserstein distance", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "area between the distribution functions", shift__statistic_wasserstein},
    {"wasserstein_normalized", "Wasserstein distance / sd", SHIFT__NUMERIC, SHIFT__VALUES,
     SHIFT__ABOVE, false, "the same in training standard deviations",
     shift__statistic_wasserstein_normalized},
    {"energy", "energy distance", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, false,
     "energy distance", shift__statistic_energy},
    {"chi_square", "chi-square", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, false,
     "test that the shares of the categories are equal", shift__statistic_chi_square},
    {"g_test", "G", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, false,
     "likelihood-ratio test of the same", shift__statistic_g_test},
    {"chi_square_merged", "chi-square, rare merged", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE,
     false, "chi-square with the rare categories in one", shift__statistic_chi_square_merged},
    {"cramers_v", "Cramer's V", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, true,
     "association of category and side", shift__statistic_cramers_v},
    {"psi", "PSI", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, false,
     "population stability index", shift__statistic_psi},
    {"jensen_shannon", "Jensen-Shannon distance", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES,
     SHIFT__ABOVE, true, "Jensen-Shannon distance, base 2", shift__statistic_jensen_shannon},
    {"kullback_leibler", "Kullback-Leibler divergence", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES,
     SHIFT__ABOVE, false, "divergence of production from training",
     shift__statistic_kullback_leibler},
    {"hellinger", "Hellinger distance", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE,
     true, "Hellinger distance", shift__statistic_hellinger},
    {"total_variation", "total variation", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES,
     SHIFT__ABOVE, true, "share of rows that would have to change cells",
     shift__statistic_total_variation},
    {"l_infinity", "largest change of a share", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, true,
     "largest change of the share of one category", shift__statistic_l_infinity},
    {"mean_shift", "mean shift", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "difference of the means in training standard deviations", shift__statistic_mean_shift},
    {"variance_ratio", "variance ratio", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_1, false,
     "variance of production over variance of training", shift__statistic_variance_ratio},
    {"skewness_shift", "skewness shift", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "difference of the skewness", shift__statistic_skewness_shift},
    {"kurtosis_shift", "kurtosis shift", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__AROUND_0, false,
     "difference of the excess kurtosis", shift__statistic_kurtosis_shift},
    {"out_of_range_share", "share out of range", SHIFT__NUMERIC, SHIFT__VALUES, SHIFT__ABOVE, true,
     "share of production outside the range of training", shift__statistic_out_of_range_share},
    {"new_category_share", "share of new categories", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE,
     true, "share of production in categories that training lacks",
     shift__statistic_new_category_share},
    {"lost_category_share", "share of lost categories", SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE,
     true, "share of training in categories that production lacks",
     shift__statistic_lost_category_share},
    {"mcc", "MCC", SHIFT__NUMERIC | SHIFT__TEXT, SHIFT__VALUES, SHIFT__ABOVE, true,
     "how well this feature alone tells the origin of a row", shift__statistic_mcc},
    {"missing_rate", "change of the missing rate", SHIFT__ANY, SHIFT__PRESENCE, SHIFT__AROUND_0,
     true, "change of the share of rows without a usable value", shift__statistic_missing_rate},
};

const size_t shift__n_statistics = sizeof shift__statistics / sizeof *shift__statistics;

const shift__statistic *shift__statistic_find(const char *name)
{
    for (size_t i = 0; i < shift__n_statistics; i++)
        if (strcmp(shift__statistics[i].name, name) == 0)
            return &shift__statistics[i];
    for (size_t i = 0; i < shift__n_joint_statistics; i++)
        if (strcmp(shift__joint_statistics[i].name, name) == 0)
            return &shift__joint_statistics[i];
    return NULL;
}

const char *shift_statistic_name(size_t i)
{
    if (i < shift__n_statistics)
        return shift__statistics[i].name;
    i -= shift__n_statistics;
    return i < shift__n_joint_statistics ? shift__joint_statistics[i].name : NULL;
}

const char shift__beyond[] = "beyond the range of numbers";

const char *shift__too_few(const shift__pair *pair, size_t least)
{
    static const char *const train[] = {"no values in training", "fewer than 2 values in training",
                                        "fewer than 3 values in training",
                                        "fewer than 4 values in training"};
    static const char *const prod[] = {
        "no values in production", "fewer than 2 values in production",
        "fewer than 3 values in production", "fewer than 4 values in production"};
    if (pair->train->n < least)
        return train[pair->train->n == 0 ? 0 : least - 1];
    if (pair->prod->n < least)
        return prod[pair->prod->n == 0 ? 0 : least - 1];
    return NULL;
}

const char *shift__no_spread(const shift__pair *pair)
{
    if (!(pair->train->maximum > pair->train->minimum))
        return "constant in training";
    return isnan(pair->train->m2) ? shift__beyond : NULL;
}
