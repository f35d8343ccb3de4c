package io.espalier.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DeviceClassTest {
    @Test
    void anotherClassOrCorrectionAsksForAnotherJob() {
        DeviceClass some = new DeviceClass(1);

        assertThat(some.sharedKey("m", "r", "t", Correction.NONE))
                .isEqualTo(new DeviceClass(1).sharedKey("m", "r", "t", Correction.NONE))
                .isNotEqualTo(new DeviceClass(2).sharedKey("m", "r", "t", Correction.NONE))
                .isNotEqualTo(some.sharedKey("m", "r", "t", new Correction(1.2)));
    }

    @Test
    void stepsNeverExceedTheBudget() {
        assertThat(DeviceClass.step(712.9)).isEqualTo(712, within(1e-6));
        assertThat(DeviceClass.step(700)).isEqualTo(700, within(1e-6));
        assertThat(DeviceClass.step(12345)).isEqualTo(12300, within(1e-6));
    }
}
