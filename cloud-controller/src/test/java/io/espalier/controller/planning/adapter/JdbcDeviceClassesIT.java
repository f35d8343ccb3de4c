package io.espalier.controller.planning.adapter;

import io.espalier.controller.Servers;
import io.espalier.controller.planning.DeviceClasses;
import io.espalier.controller.planning.DeviceClassesContract;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the field.
class JdbcDeviceClassesIT extends DeviceClassesContract {
    @Inject
    JdbcDeviceClasses classes;

    @Override
    protected DeviceClasses classes() {
        return classes;
    }
}
