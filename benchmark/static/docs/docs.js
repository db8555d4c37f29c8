/* Shows the API's description with Swagger UI, served from here: nothing is fetched from elsewhere. */
SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#operations',
  deepLinking: false,
  validatorUrl: null,
});
