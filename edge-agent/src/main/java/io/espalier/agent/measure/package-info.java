/** Times probe suites, describes the hardware and keeps the resulting profiles. How a percentile and its confidence interval are found lives here too. */
@NullMarked
package io.espalier.agent.measure;

import org.jspecify.annotations.NullMarked;
