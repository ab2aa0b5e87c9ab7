/** Which call each path is, and what it answers with. */
import type { Context, Hono } from 'hono';
import {
  challengeOf,
  challengesOf,
  makeChallenge,
  shownChallenge,
  updateChallenge,
} from './challenges.js';
import { makeFactor, removeFactor, shownFactor, updateFactor } from './factors.js';
import { pageOf } from './lists.js';
import { refusal } from './refusals.js';
import { makeService, shownEntity, shownService } from './services.js';
import {
  type Challenge,
  type Entity,
  entityOf,
  type Factor,
  factorOf,
  makeEntity,
  type Service,
  serviceOf,
  type World,
} from './world.js';

const formOf = async (c: Context): Promise<URLSearchParams> =>
  new URLSearchParams(await c.req.text());

const part = (c: Context, name: string): string => c.req.param(name) ?? '';

interface Place {
  service: Service;
  entity: Entity;
}

function placeOf(c: Context, world: World): Place {
  const service = serviceOf(world, part(c, 'service'));
  return { service, entity: entityOf(world, service, part(c, 'identity')) };
}

const SERVICE = '/v2/Services/:service';
const ENTITY = `${SERVICE}/Entities/:identity`;

export function serviceRoutes(app: Hono, world: World): void {
  app.post('/v2/Services', async (c) =>
    c.json(shownService(world, makeService(world, await formOf(c))), 201),
  );
  app.get(SERVICE, (c) => c.json(shownService(world, serviceOf(world, part(c, 'service')))));
}

export function entityRoutes(app: Hono, world: World): void {
  app.post(`${SERVICE}/Entities`, async (c) => {
    const service = serviceOf(world, part(c, 'service'));
    const identity = (await formOf(c)).get('Identity') ?? '';
    if (service.entities.has(identity)) throw refusal('parameter', 'Identity');
    return c.json(shownEntity(world, service, makeEntity(world, service, identity)), 201);
  });
  app.get(`${SERVICE}/Entities`, (c) => {
    const service = serviceOf(world, part(c, 'service'));
    const shown = [...service.entities.values()].map((entity) =>
      shownEntity(world, service, entity),
    );
    return c.json(pageOf(shown, { key: 'entities', url: new URL(c.req.url) }));
  });
  app.get(ENTITY, (c) => {
    const { service, entity } = placeOf(c, world);
    return c.json(shownEntity(world, service, entity));
  });
  app.delete(ENTITY, (c) => {
    const { service, entity } = placeOf(c, world);
    service.entities.delete(entity.identity);
    return c.body(null, 204);
  });
}

export function factorRoutes(app: Hono, world: World): void {
  const shown = (place: Place, factor: Factor): object => shownFactor(world, { ...place, factor });
  app.post(`${ENTITY}/Factors`, async (c) => {
    const service = serviceOf(world, part(c, 'service'));
    const wanted = { identity: part(c, 'identity'), form: await formOf(c) };
    return c.json(makeFactor(world, service, wanted), 201);
  });
  app.get(`${ENTITY}/Factors`, (c) => {
    const place = placeOf(c, world);
    const factors = [...place.entity.factors.values()].map((factor) => shown(place, factor));
    return c.json(pageOf(factors, { key: 'factors', url: new URL(c.req.url) }));
  });
  app.get(`${ENTITY}/Factors/:sid`, (c) => {
    const place = placeOf(c, world);
    return c.json(shown(place, factorOf(place.entity, part(c, 'sid'))));
  });
  app.post(`${ENTITY}/Factors/:sid`, async (c) => {
    const form = await formOf(c);
    const place = placeOf(c, world);
    const factor = factorOf(place.entity, part(c, 'sid'));
    updateFactor(world, factor, form);
    return c.json(shown(place, factor));
  });
  app.delete(`${ENTITY}/Factors/:sid`, (c) => {
    removeFactor(placeOf(c, world).entity, part(c, 'sid'));
    return c.body(null, 204);
  });
}

export function challengeRoutes(app: Hono, world: World): void {
  const shown = (place: Place, challenge: Challenge): object =>
    shownChallenge(world, { ...place, challenge });
  app.post(`${ENTITY}/Challenges`, async (c) => {
    const form = await formOf(c);
    const place = placeOf(c, world);
    return c.json(shown(place, makeChallenge(world, place.entity, form)), 201);
  });
  app.get(`${ENTITY}/Challenges`, (c) => {
    const place = placeOf(c, world);
    const url = new URL(c.req.url);
    const found = challengesOf(world, place.entity, url.searchParams);
    const challenges = found.map((challenge) => shown(place, challenge));
    return c.json(pageOf(challenges, { key: 'challenges', url }));
  });
  app.get(`${ENTITY}/Challenges/:sid`, (c) => {
    const place = placeOf(c, world);
    return c.json(shown(place, challengeOf(place.entity, part(c, 'sid'))));
  });
  app.post(`${ENTITY}/Challenges/:sid`, async (c) => {
    const form = await formOf(c);
    const place = placeOf(c, world);
    const wanted = { sid: part(c, 'sid'), form };
    return c.json(shown(place, updateChallenge(world, place.entity, wanted)));
  });
}
