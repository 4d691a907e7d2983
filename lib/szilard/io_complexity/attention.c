/* Attention in float32 with every byte of its traffic left to the cache. Arguments: rows of a block of queries,
   0 for standard attention in three passes, -1 for nothing but filling the arrays. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static float q[N][D] __attribute__((aligned(64))), k[N][D] __attribute__((aligned(64)));
static float v[N][D] __attribute__((aligned(64))), o[N][D] __attribute__((aligned(64)));
static float stats[N][2] __attribute__((aligned(64))), s[N][N] __attribute__((aligned(64)));

static float dot(const float *a, const float *b) {
    float sum = 0;
    for (int l = 0; l < D; l++) sum += a[l] * b[l];
    return sum;
}

static void flash(int rows) {
    for (int start = 0; start < N; start += rows) {
        int end = start + rows < N ? start + rows : N;
        for (int i = start; i < end; i++) {
            for (int l = 0; l < D; l++) o[i][l] = 0;
            stats[i - start][0] = -INFINITY;
            stats[i - start][1] = 0;
        }
        for (int j = 0; j < N; j++)
            for (int i = start; i < end; i++) {
                float score = dot(q[i], k[j]), *mine = stats[i - start];
                float top = score > mine[0] ? score : mine[0];
                float scale = expf(mine[0] - top), weight = expf(score - top);
                mine[0] = top;
                mine[1] = mine[1] * scale + weight;
                for (int l = 0; l < D; l++) o[i][l] = o[i][l] * scale + weight * v[j][l];
            }
        for (int i = start; i < end; i++)
            for (int l = 0; l < D; l++) o[i][l] /= stats[i - start][1];
    }
}

static void standard(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) s[i][j] = dot(q[i], k[j]);
    for (int i = 0; i < N; i++) {
        float top = -INFINITY, sum = 0;
        for (int j = 0; j < N; j++) top = s[i][j] > top ? s[i][j] : top;
        for (int j = 0; j < N; j++) sum += s[i][j] = expf(s[i][j] - top);
        for (int j = 0; j < N; j++) s[i][j] /= sum;
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int l = 0; l < D; l++) o[i][l] += s[i][j] * v[j][l];
}

int main(int count, char **words) {
    int rows = count > 1 ? atoi(words[1]) : 0;
    unsigned state = 1;
    float *given[] = {&q[0][0], &k[0][0], &v[0][0]};
    for (int a = 0; a < 3; a++)
        for (int l = 0; l < N * D; l++) given[a][l] = ((state = state * 1664525u + 1013904223u) >> 9) * 0x1p-23f - 0.5f;
    if (rows > 0) flash(rows);
    if (rows == 0) standard();
    double sum = 0;
    for (int i = 0; i < N; i++) sum += o[i][i % D];
    printf("%.9f\n", sum);
    return 0;
}
