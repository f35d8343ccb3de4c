package io.espalier.controller.deployment.adapter;

import io.espalier.controller.Servers;
import io.espalier.controller.deployment.History;
import io.espalier.controller.deployment.HistoryContract;
import io.espalier.proto.DeviceId;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class JdbcHistoryIT extends HistoryContract {
    @Inject
    JdbcHistory history;

    @Inject
    Jdbi jdbi;

    @Override
    protected History history() {
        return history;
    }

    @Override
    protected DeviceId enrolled() {
        DeviceId device = new DeviceId("device-" + UUID.randomUUID());
        jdbi.useHandle(handle -> handle.execute(
                "insert into device (id, group_name, enrolled_at) values (?, 'history', now())", device.value()));
        return device;
    }
}
